"""An app with every field type and records of chance, beside the same records as plain values."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from marketplace.sandbox.files import store_upload
from marketplace.sandbox.records.process import change_status, set_assignees
from marketplace.sandbox.records.writing import add_records
from tests.sandbox_records.factories import (
    NOW,
    SITE,
    calc,
    caller,
    candidates,
    choice,
    field,
    make_app,
    make_process,
    number,
    table,
    text,
)
from tests.sandbox_records.query_model import Spec

ORDERED = ("=", "!=", "<", ">", "<=", ">=")
MEMBERS = ("in", "not in")
LIKES = ("like", "not like")
EMPTINESS = ("is empty", "is not empty")
OPTIONS = ("高", "中", "低")
TEXTS = ("", "山田", "ヤマダ", "yamada", "100%_山", 'a"b\\c', "\u3000", "山")
WRITTEN = ('""', '"山田"', '"ヤマダ"', '"Yamada"', '"100%_山"', r'"a\"b\\c"', '"山"', '"％"')
LONG = ("", "本文", "  \n\t", "要綱の本文\n改行", "ＡＢＣ")
SOUGHT = ('"本文"', '"abc"', r'"本文\n"', '"改行"')
NUMBERS = (None, "0", "1", "-0.5", "10", "2.50", "1e3", "99999999999.25")
COMPARED = ("0", "1", '"1.0"', "-0.5", "2.5", '"1e3"', "1000", "99999999999.25", "7")
DATES = (None, "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-30", "2026-12-01", "2025-11-23", "2026-10-31",
         "2026-02-28", "2027-01-01", "2024-02-29", "2026-11-28", "2026-11-29")  # fmt: skip
MOMENTS = (None, "2026-11-22T14:59:00Z", "2026-11-22T15:00:00Z", "2026-11-23T01:30:00Z", "2026-11-23T01:31:00Z",
           "2026-11-23T14:59:00Z", "2026-11-23T15:00:00Z", "2026-10-31T15:00:00Z", "2025-12-31T15:00:00Z")  # fmt: skip
TIMES = (None, "00:00", "09:30", "23:59")
DAY_CALLS = (
    "TODAY()", "YESTERDAY()", "TOMORROW()", "THIS_WEEK()", "LAST_WEEK()", "NEXT_WEEK()", "THIS_WEEK(SUNDAY)",
    "LAST_WEEK(SATURDAY)", "NEXT_WEEK(MONDAY)", "THIS_MONTH()", "LAST_MONTH()", "NEXT_MONTH()", "THIS_MONTH(31)",
    "THIS_MONTH(LAST)", "LAST_MONTH(31)", "NEXT_MONTH(1)", "THIS_YEAR()", "LAST_YEAR()", "NEXT_YEAR()",
    "FROM_TODAY(1, DAYS)", "FROM_TODAY(-1, WEEKS)", "FROM_TODAY(-9, MONTHS)", "FROM_TODAY(-1, YEARS)",
    "FROM_TODAY(1, WEEKS)", "FROM_TODAY(-27, MONTHS)",
)  # fmt: skip
WRITTEN_DATES = tuple(f'"{each}"' for each in DATES if each)
WRITTEN_MOMENTS = (*(f'"{each}"' for each in MOMENTS if each), '"2026-11-23T10:30:00+09:00"')
PEOPLE = ("sato", "suzuki", "admin")
STATES = ("未処理", "確認中", "済")

_text = Spec("text", ("=", "!=", *MEMBERS, *LIKES), WRITTEN)
_choice = Spec("chosen", MEMBERS, ('"高"', '"中"', '"低"', '""'))
_people = Spec("people", MEMBERS, ('"sato"', '"suzuki"', '""', "LOGINUSER()"))
SPECS = {
    "文字": _text,
    "リンク": Spec("text", ("=", "!=", *MEMBERS, *LIKES), ('"https://a.example"', '"https://b.example"', '""')),
    "長文": Spec("text", (*LIKES, *EMPTINESS), SOUGHT),
    "装飾": Spec("text", (*LIKES, *EMPTINESS), SOUGHT),
    "添付": Spec("names", (*LIKES, *EMPTINESS), ('"領収"', '"pdf"')),
    "数": Spec("number", (*ORDERED, *MEMBERS), COMPARED),
    "計": Spec("number", (*ORDERED, *MEMBERS), COMPARED),
    "選択": _choice,
    "単一": _choice,
    "複数": _choice,
    "一覧": _choice,
    "日付": Spec("date", ORDERED, WRITTEN_DATES + DAY_CALLS),
    "日時": Spec("moment", ORDERED, (*WRITTEN_MOMENTS, *DAY_CALLS, "NOW()")),
    "時刻": Spec("time", ORDERED, ('"00:00"', '"09:30"', '"12:00"', '"23:59"')),
    "担当": _people,
    "課": Spec("people", MEMBERS, ('"soumu"', '""')),
    "班": Spec("people", MEMBERS, ('"everyone"', '""')),
    "$id": Spec("number", (*ORDERED, *MEMBERS), ("1", "5", "12.5", "30", "0")),
    "レコード番号": Spec("number", (*ORDERED, *MEMBERS), ("1", "5", "30")),
    "作成者": Spec("people", MEMBERS, ('"sato"', '"suzuki"', "LOGINUSER()")),
    "更新者": Spec("people", MEMBERS, ('"sato"', '"admin"', "LOGINUSER()")),
    "作成日時": Spec("moment", ORDERED, (*WRITTEN_MOMENTS, *DAY_CALLS, "NOW()")),
    "更新日時": Spec("moment", ORDERED, (*WRITTEN_MOMENTS, *DAY_CALLS, "NOW()")),
    "ステータス": Spec("text", ("=", "!=", *MEMBERS), tuple(f'"{state}"' for state in STATES)),
    "作業者": _people,
    "品名": Spec("text", (*MEMBERS, *LIKES), WRITTEN, "明細"),
    "備考": Spec("text", (*LIKES, *EMPTINESS), SOUGHT, "明細"),
    "個数": Spec("number", (*ORDERED[2:], *MEMBERS), COMPARED, "明細"),
    "期日": Spec("date", ORDERED[2:], WRITTEN_DATES + DAY_CALLS, "明細"),
    "色": Spec("chosen", MEMBERS, ('"高"', '"中"', '""'), "明細"),
    "係": Spec("people", MEMBERS, ('"sato"', '"suzuki"', '""', "LOGINUSER()"), "明細"),
    "内容": Spec("text", (*MEMBERS, *LIKES), WRITTEN, "履歴"),
}
SORTABLE = (
    "文字",
    "数",
    "計",
    "選択",
    "単一",
    "日付",
    "日時",
    "時刻",
    "リンク",
    "レコード番号",
    "作成日時",
    "更新日時",
)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


class _Chance:
    """Draws the cells of one record or row: what is sent, and the plain value it means."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.sent: dict[str, Any] = {}
        self.means: dict[str, Any] = {}

    def put(self, code: str, sent: Any, means: Any) -> None:
        self.sent[code] = {"value": sent}
        self.means[code] = means

    def text(self, code: str, pool: tuple[str, ...]) -> None:
        drawn = self.random.choice(pool)
        self.put(code, drawn, drawn)

    def number(self, code: str) -> None:
        drawn = self.random.choice(NUMBERS)
        self.put(code, drawn, None if drawn is None else Decimal(drawn))

    def single(self, code: str) -> None:
        drawn = self.random.choice((*OPTIONS, None))
        self.put(code, drawn, [drawn] if drawn else [])

    def several(self, code: str) -> None:
        drawn = [each for each in OPTIONS if self.random.random() < 0.4]
        self.put(code, drawn, drawn)

    def date(self, code: str) -> None:
        drawn = self.random.choice(DATES)
        self.put(code, drawn, None if drawn is None else date.fromisoformat(drawn))

    def moment(self, code: str, pool: tuple[str | None, ...] = MOMENTS) -> None:
        drawn = self.random.choice(pool)
        self.put(code, drawn, _moment(drawn))

    def people(self, code: str, pool: tuple[str, ...]) -> None:
        drawn = [each for each in pool if self.random.random() < 0.4]
        self.put(code, [{"code": each} for each in drawn], drawn)


def _row(random: Random) -> _Chance:
    row = _Chance(random)
    row.text("品名", TEXTS)
    row.text("備考", LONG)
    row.number("個数")
    row.date("期日")
    row.several("色")
    row.people("係", PEOPLE)
    return row


def _record(random: Random, names_and_keys: list[tuple[str, str]]) -> _Chance:
    record = _Chance(random)
    record.text("文字", TEXTS)
    record.text("リンク", ("", "https://a.example", "https://b.example"))
    record.text("長文", LONG)
    record.text("装飾", LONG)
    record.put("添付", [{"fileKey": key} for _, key in names_and_keys], [name for name, _ in names_and_keys])
    record.number("数")
    record.means["計"] = (record.means["数"] or 0) * 2
    record.single("選択")
    record.single("単一")
    record.several("複数")
    record.several("一覧")
    record.date("日付")
    record.moment("日時")
    record.text("時刻", tuple(each or "" for each in TIMES))
    record.means["時刻"] = record.means["時刻"] or None
    record.people("担当", PEOPLE)
    record.people("課", ("soumu",))
    record.people("班", ("everyone",))
    record.moment("作成日時", MOMENTS[1:])
    record.moment("更新日時", MOMENTS[1:])
    for code in ("作成者", "更新者"):
        person = random.choice(PEOPLE)
        record.put(code, {"code": person}, [person])
    for code, columns in (("明細", _row), ("履歴", _line)):
        rows = [columns(random) for _ in range(random.choice((0, 1, 2, 3)))]
        record.put(code, [{"value": row.sent} for row in rows], [row.means for row in rows])
    return record


def _line(random: Random) -> _Chance:
    line = _Chance(random)
    line.text("内容", TEXTS)
    return line


def make_every_kind(session, ports, count: int = 30) -> tuple[Any, list[dict[str, Any]]]:
    """Return the app and its records as plain values, in the order of their numbers."""
    actions = [{"name": "進める", "from": before, "to": after} for before, after in itertools.pairwise(STATES)]
    app = make_app(
        session, make_process(*STATES, actions=actions, 未処理=candidates("ANY")),
        文字=text(), リンク=field("LINK"), 長文=field("MULTI_LINE_TEXT"), 装飾=field("RICH_TEXT"), 添付=field("FILE"),
        数=number(), 計=calc("数*2"), 選択=choice("DROP_DOWN", *OPTIONS), 単一=choice("RADIO_BUTTON", *OPTIONS),
        複数=choice("CHECK_BOX", *OPTIONS), 一覧=choice("MULTI_SELECT", *OPTIONS), 日付=field("DATE"),
        日時=field("DATETIME"), 時刻=field("TIME"), 担当=field("USER_SELECT"), 課=field("ORGANIZATION_SELECT"),
        班=field("GROUP_SELECT"), 履歴=table(内容=text()), 枠=field("GROUP"),
        明細=table(品名=text(), 備考=field("MULTI_LINE_TEXT"), 個数=number(), 期日=field("DATE"),
                 色=choice("CHECK_BOX", *OPTIONS), 係=field("USER_SELECT")),
    )  # fmt: skip
    random = Random(20261123)  # noqa: S311 - records of chance
    records = [_record(random, _files(session, ports, random)) for _ in range(count)]
    add_records(session, caller("admin"), app, [record.sent for record in records], NOW)
    for position, record in enumerate(records, 1):
        record.means |= {
            "$id": Decimal(position),
            "レコード番号": Decimal(position),
            "ステータス": STATES[0],
            "作業者": [],
        }
        _move(session, app, position, record.means)
    return app, [record.means for record in records]


def _files(session, ports, random: Random) -> list[tuple[str, str]]:
    names = [name for name in ("領収書.PDF", "写真.jpg") if random.random() < 0.3]
    return [
        (name, store_upload(session, ports.blobs, SITE, name=name, content_type="", data=b"x", now=NOW))
        for name in names
    ]


def _move(session, app, number: int, means: dict[str, Any]) -> None:
    """Send every third record on, and give every fourth to somebody."""
    if number % 3 == 0:
        change_status(session, caller("admin"), app, {"id": number, "action": "進める"}, NOW)
        means["ステータス"] = STATES[1]
    elif number % 4 == 0:
        set_assignees(session, caller("admin"), app, {"id": number, "assignees": ["sato", "suzuki"]}, NOW)
        means["作業者"] = ["sato", "suzuki"]
    else:
        return
    means |= {"更新者": ["admin"], "更新日時": NOW.replace(second=0)}
