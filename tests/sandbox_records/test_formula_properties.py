"""Formulas of chance yield what plain Python works out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from marketplace.sandbox.form import build_form
from marketplace.sandbox.formula import check_form
from marketplace.sandbox.models import App, Part
from marketplace.sandbox.records.computing import FormulaPlan, Stamps
from marketplace.sandbox.records.content import Content, Row
from tests.sandbox_records.formula_model import (
    RICH_NUMBERS,
    RICH_TEXTS,
    TRUTHS,
    NoResultError,
    TooLargeError,
    bare_chains,
    plain,
    seconds_of_day,
)

MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
CREATED = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
NUMBERS = {"数": 1, "単価": 2, "空": 3}
TYPES = {
    "数": "NUMBER", "単価": "NUMBER", "空": "NUMBER", "日付": "DATE", "時刻": "TIME", "日時": "DATETIME",
    "名": "SINGLE_LINE_TEXT", "区分": "DROP_DOWN", "単一": "RADIO_BUTTON", "色": "CHECK_BOX",
    "作成日時": "CREATED_TIME", "作成者": "CREATOR", "長文": "MULTI_LINE_TEXT", "添付": "FILE",
}  # fmt: skip
IDS = {code: position for position, code in enumerate([*TYPES, "明細", "品名", "個数", "小計", "結果"], 1)}


def form_with(expression: str, **result):
    """A form of every kind a formula reads, and the formula itself as the field 結果."""

    def field(code, kind, **settings):
        return {"type": kind, "label": code, "$id": IDS[code], **settings}

    properties = {code: field(code, kind) for code, kind in TYPES.items()}
    inner = {
        "品名": field("品名", "SINGLE_LINE_TEXT"),
        "個数": field("個数", "NUMBER"),
        "小計": field("小計", "CALC", expression="個数 * 2"),
    }
    properties["明細"] = field("明細", "SUBTABLE", fields=inner)
    properties["結果"] = field("結果", result.pop("kind", "CALC"), expression=expression, **result)
    app = App(pk=1, app_id=1, site_id="s", code="")
    return build_form(app, {Part.FIELDS: {"properties": properties}}, "Asia/Tokyo")


def computed(expression: str, record, **result) -> str:
    """Return what the field 結果 holds after the formulas ran over a record."""
    form = form_with(expression, **result)
    check_form(form)
    stored = {
        IDS["数"]: record["stored 数"], IDS["単価"]: record["stored 単価"], IDS["空"]: "",
        IDS["日付"]: record["stored 日付"], IDS["時刻"]: record["stored 時刻"], IDS["日時"]: record["stored 日時"],
        IDS["区分"]: record["区分"] or None, IDS["単一"]: record["単一"] or None, IDS["名"]: record["名"],
        IDS["色"]: record["色"],
    }  # fmt: skip
    rows = [
        Row(position, {IDS["品名"]: row["品名"], IDS["個数"]: "" if row["個数"] is None else plain(row["個数"])})
        for position, row in enumerate(record["明細"], 1)
    ]
    content = Content(stored, {IDS["明細"]: rows})
    FormulaPlan(form).compute(content, Stamps(CREATED.replace(second=59), "sato", CREATED, "sato"))
    return content.values[IDS["結果"]]


AMOUNTS = st.none() | st.decimals(-5000, 5000, places=3)
ROWS = st.lists(
    st.fixed_dictionaries({"品名": st.sampled_from(["", "りんご", "り"]), "個数": AMOUNTS}), max_size=3
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn):
    """A record as plain values; beside them the texts a record stores for numbers and times."""
    record = {
        "空": None, "作成者": "sato", "作成日時": Decimal(int(CREATED.timestamp())),
        "名": draw(st.sampled_from(["", "山田", "x"])), "区分": draw(st.sampled_from(["", "新規"])),
        "単一": draw(st.sampled_from(["", "甲"])), "色": draw(st.sampled_from([[], ["赤"], ["赤", "青"]])),
    }  # fmt: skip
    for code in ("数", "単価"):
        record[code] = draw(AMOUNTS)
        record[f"stored {code}"] = "" if record[code] is None else plain(record[code])
    day = draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)))
    record["日付"], record["stored 日付"] = (seconds_of_day(day), day.isoformat()) if day else (None, None)
    hour, minute = draw(st.integers(0, 23)), draw(st.integers(0, 59))
    record["時刻"], record["stored 時刻"] = Decimal(hour * 3600 + minute * 60), f"{hour:02d}:{minute:02d}"
    record["日時"] = record["時刻"] + (record["日付"] or 0)
    record["stored 日時"] = f"{(day or date(1970, 1, 1)).isoformat()}T{hour:02d}:{minute:02d}:00Z"
    record["明細"] = [{**row, "小計": (row["個数"] or Decimal(0)) * 2} for row in draw(ROWS)]
    return record


def expected(expression, record, show):
    """Return what the model says the field shows; nothing if the formula has no result."""
    try:
        return show(expression.run(record))
    except NoResultError:
        return ""
    except TooLargeError:
        assume(False)
    return None


@MANY
@given(expression=RICH_NUMBERS, record=records())
def test_numbers_agree_with_plain_python(expression, record):
    assert computed(expression.text, record) == expected(expression, record, plain)


@MANY
@given(expression=bare_chains(), record=records())
def test_operators_without_brackets_bind_as_the_reference_says(expression, record):
    assert computed(expression.text, record) == expected(expression, record, plain)


@MANY
@given(expression=RICH_TEXTS, record=records())
def test_texts_agree_with_plain_python(expression, record):
    found = computed(expression.text, record, kind="SINGLE_LINE_TEXT")
    assert found == expected(expression, record, str)


@MANY
@given(expression=TRUTHS, record=records())
def test_truths_are_one_or_nought(expression, record):
    assert computed(expression.text, record) == expected(expression, record, lambda truth: str(int(truth)))


def _clock(seconds: Decimal) -> str:
    minutes = int(seconds.to_integral_value("ROUND_FLOOR")) % 86_400 // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hours(seconds: Decimal) -> str:
    minutes = int(abs(seconds) / 60)
    return f"{'-' if seconds < 0 and minutes else ''}{minutes // 60:02d}:{minutes % 60:02d}"


SHOWN = {
    "NUMBER": plain,
    "NUMBER_DIGIT": plain,
    "TIME": _clock,
    "HOUR_MINUTE": _hours,
    "DAY_HOUR_MINUTE": _hours,
}


@MANY
@given(expression=RICH_NUMBERS, record=records(), shown_as=st.sampled_from(sorted(SHOWN)))
def test_results_are_shown_in_their_format(expression, record, shown_as):
    assert computed(expression.text, record, format=shown_as) == expected(expression, record, SHOWN[shown_as])


@MANY
@given(seconds=st.integers(-2_000_000_000, 250_000_000_000), shown_as=st.sampled_from(["DATE", "DATETIME"]))
@example(seconds=324_219_600, shown_as="DATETIME")
def test_seconds_are_shown_as_the_moment_they_count_to(seconds, shown_as):
    record = {"stored 数": str(seconds), "stored 単価": "", "stored 日付": None, "stored 時刻": None, "stored 日時": "",
              "名": "", "区分": "", "単一": "", "色": [], "明細": []}  # fmt: skip
    moment = datetime.fromtimestamp(seconds // 60 * 60, UTC).replace(tzinfo=None)
    text = f"{moment.isoformat(timespec='seconds')}Z"
    assert computed("数 + 0", record, format=shown_as) == (text[:10] if shown_as == "DATE" else text)


@pytest.mark.parametrize("places", [0, 2, 8])
def test_quotients_are_rounded_as_the_app_says(places):
    app = App(pk=1, app_id=1, site_id="s", code="")
    fields = {"結果": {"type": "CALC", "label": "結果", "$id": 1, "expression": "2 / 3"}}
    documents = {
        Part.FIELDS: {"properties": fields},
        Part.SETTINGS: {"numberPrecision": {"decimalPlaces": str(places), "roundingMode": "DOWN"}},
    }
    content = Content()
    FormulaPlan(build_form(app, documents, "UTC")).compute(content, Stamps(CREATED, "sato", CREATED, "sato"))
    assert content.values[1] == {0: "0", 2: "0.66", 8: "0.66666666"}[places]
