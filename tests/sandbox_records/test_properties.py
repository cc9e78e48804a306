"""What must hold for every record body, query and formula, however strange."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.process import change_status, set_assignees
from marketplace.sandbox.records.reading import list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record, update_records, upsert_records
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    lookup,
    make_app,
    make_process,
    number,
    table,
    text,
)

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = ["文字", "長文", "数", "選択", "単一", "複数", "日付", "時刻", "日時", "添付", "担当", "課", "リンク", "明細",
         "計", "参照", "ステータス", "作業者", "作成者", "作成日時", "レコード番号",
         "$id", "品名", "個数", "ない"]  # fmt: skip


@pytest.fixture
def app(session):
    source = make_app(session, 番号=text(unique=True), 名称=text())
    return make_app(
        session,
        make_process("作成中", "済", actions=[{"name": "終了", "from": "作成中", "to": "済"}]),
        文字=text(unique=True, maxLength="5"), 長文=field("MULTI_LINE_TEXT"), 数=number(maxValue="1e3"),
        選択=choice("DROP_DOWN", "A", "B"), 単一=choice("RADIO_BUTTON", "A"), 複数=choice("CHECK_BOX", "A", "B"),
        日付=field("DATE"), 時刻=field("TIME"), 日時=field("DATETIME"), 添付=field("FILE"), 担当=field("USER_SELECT"),
        課=field("ORGANIZATION_SELECT"), リンク=field("LINK"),
        明細=table(品名=text(), 個数=number(), 写真=field("FILE")),
        計=calc("数^2/SUM(個数)"), 参照=lookup(source, "番号", 写し="名称"), 写し=text(),
    )  # fmt: skip


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["A", "sato", "1e5", "-0", "2026-02-29", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00",
                     "24:00"]),
)  # fmt: skip
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "value", "code", "fileKey", "品名", "個数", "field"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
CELLS = st.dictionaries(
    st.sampled_from(CODES), st.one_of(ANY_JSON, st.fixed_dictionaries({"value": ANY_JSON})), max_size=6
)
UPDATES = st.one_of(
    ANY_JSON,
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.one_of(st.just(1), SCALARS),
            "updateKey": st.one_of(
                st.fixed_dictionaries({"field": st.sampled_from(CODES), "value": SCALARS}), ANY_JSON
            ),
            "record": st.one_of(CELLS, ANY_JSON),
            "revision": SCALARS,
            "action": SCALARS,
            "assignee": SCALARS,
            "assignees": ANY_JSON,
        },
    ),
)


def tried(session, act):
    """Run an act in a savepoint; its refusal is fine, any other exception is not."""
    savepoint = session.begin_nested()
    try:
        act()
    except PlatformError:
        savepoint.rollback()
    else:
        savepoint.commit()


@MANY
@given(body=st.one_of(CELLS, ANY_JSON))
def test_no_record_to_add_raises_anything_but_a_refusal(session, app, body):
    tried(session, lambda: add_record(session, caller("admin"), app, body, NOW))


@MANY
@given(bodies=st.one_of(st.lists(st.one_of(CELLS, ANY_JSON), max_size=3), ANY_JSON))
def test_no_list_of_records_raises_anything_but_a_refusal(session, app, bodies):
    tried(session, lambda: add_records(session, caller("admin"), app, bodies, NOW))
    tried(session, lambda: delete_records(session, caller(), app, bodies, bodies))


@MANY
@given(body=UPDATES)
def test_no_change_raises_anything_but_a_refusal(session, app, body):
    tried(session, lambda: add_record(session, caller(), app, None, NOW))
    tried(session, lambda: update_record(session, caller(), app, body, NOW))
    tried(session, lambda: update_records(session, caller(), app, [body, body], NOW))
    tried(session, lambda: upsert_records(session, caller(), app, [body, body], NOW))
    tried(session, lambda: change_status(session, caller(), app, body, NOW))
    tried(session, lambda: set_assignees(session, caller("admin"), app, body, NOW))


VALUES = st.sampled_from(
    ['"A"', '""', "1", "-1.5e3", '"2026-04-01"', '"sato"', "TODAY()", "NOW()", "LOGINUSER()", "THIS_MONTH(LAST)",
     '"作成中"',
     "FROM_TODAY(3, DAYS)", '"nobody"', "1e999", "99999999999999999999", '"%"', "THIS_MONTH(40)", '"9999-12-31"']
)  # fmt: skip
NAMES = st.sampled_from(CODES)
OPERATORS = st.sampled_from(["=", "!=", "<", ">", "<=", ">=", "like", "not like"])
COMPARISONS = st.one_of(
    st.builds(lambda name, operator, value: f"{name} {operator} {value}", NAMES, OPERATORS, VALUES),
    st.builds(
        lambda name, word, items: f"{name} {word} ({', '.join(items)})",
        NAMES, st.sampled_from(["in", "not in"]), st.lists(VALUES, max_size=3),
    ),
    st.builds(lambda name, word: f"{name} {word}", NAMES, st.sampled_from(["is empty", "is not empty"])),
)  # fmt: skip
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(lambda a, word, b: f"({a} {word} {b})", inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=4,
)
QUERIES = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda condition, name, tail: f"{condition} order by {name} {tail}",
        CONDITIONS, NAMES, st.sampled_from(["", "asc", "desc limit 3", "desc limit 3 offset 1", "limit -1"]),
    ),
    CONDITIONS,
)  # fmt: skip


@settings(MANY, max_examples=200)
@given(query=QUERIES)
def test_no_query_raises_anything_but_a_refusal(session, app, query):
    tried(session, lambda: list_records(session, caller(), app, query=query, total_count=True, now=NOW))
