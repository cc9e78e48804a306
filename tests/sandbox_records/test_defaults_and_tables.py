from __future__ import annotations

import pytest

from marketplace.sandbox.caller import Standing
from marketplace.sandbox.errors import InvalidInputError, InvalidJsonError
from marketplace.sandbox.records.errors import DuplicateRowIdError
from marketplace.sandbox.records.reading import get_record
from marketplace.sandbox.records.writing import add_record, add_records, update_record
from tests.sandbox_records.factories import NOW, caller, choice, field, make_app, number, row, table, text, values


def shown(session, app, record_id=1):
    return {code: cell["value"] for code, cell in get_record(session, caller(), app, record_id).items()}


def rows_of(session, app, code="明細", record_id=1):
    return [
        (each["id"], {inner: cell["value"] for inner, cell in each["value"].items()})
        for each in shown(session, app, record_id)[code]
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (text(defaultValue="既定"), "既定"),
        (field("MULTI_LINE_TEXT", defaultValue="長い"), "長い"),
        (number(defaultValue="1.50"), "1.5"),
        (number(defaultValue=""), ""),
        (choice("RADIO_BUTTON", "A", "B", defaultValue="B"), "B"),
        (choice("DROP_DOWN", "A", defaultValue=""), None),
        (choice("CHECK_BOX", "A", "B", defaultValue=["B"]), ["B"]),
        (field("DATE", defaultValue="2026-04-01"), "2026-04-01"),
        (field("DATE", defaultNowValue=True), "2026-11-23"),
        (field("TIME", defaultNowValue=True), "10:30"),
        (field("DATETIME", defaultNowValue=True), "2026-11-23T01:30:00Z"),
        (field("USER_SELECT", defaultValue=[{"type": "USER", "code": "suzuki"}]), [{"code": "suzuki", "name": "鈴木"}]),
        (
            field("USER_SELECT", defaultValue=[{"type": "FUNCTION", "code": "LOGINUSER()"}]),
            [{"code": "sato", "name": "佐藤"}],
        ),
        (field("USER_SELECT", defaultValue=[{"type": "USER", "code": "gone"}]), []),
        (field("ORGANIZATION_SELECT", defaultValue=[{"type": "FUNCTION", "code": "PRIMARY_ORGANIZATION()"}]), []),
    ],
)
def test_a_field_that_is_not_mentioned_takes_its_default(session, settings, expected):
    app = make_app(session, 項目=settings)
    add_record(session, caller(), app, None, NOW)
    assert shown(session, app)["項目"] == expected


def test_the_primary_organisation_of_the_caller_is_filled_in(session):
    default = [{"type": "FUNCTION", "code": "PRIMARY_ORGANIZATION()"}]
    app = make_app(
        session, 課=field("ORGANIZATION_SELECT", defaultValue=default), 人=field("USER_SELECT", defaultValue=default)
    )
    member = caller(standing=Standing(organizations=frozenset({"soumu"}), primary_organization="soumu"))
    add_record(session, member, app, None, NOW)
    assert shown(session, app)["課"] == [{"code": "soumu", "name": "総務課"}]
    assert shown(session, app)["人"] == []


def test_now_is_read_in_the_time_zone_of_the_site(session):
    app = make_app(session, 日付=field("DATE", defaultNowValue=True))
    add_record(session, caller(), app, None, NOW.replace(hour=15, minute=30))
    assert shown(session, app)["日付"] == "2026-11-24"


def test_an_empty_value_that_was_sent_is_kept_and_then_fails_required(session):
    app = make_app(session, 項目=text(defaultValue="既定", required=True))
    with pytest.raises(InvalidInputError):
        add_record(session, caller(), app, values(項目=""), NOW)


def test_a_required_field_with_a_default_may_be_left_out(session):
    app = make_app(session, 項目=text(defaultValue="既定", required=True))
    assert add_records(session, caller(), app, [{}], NOW)[0].record_id == 1


def test_rows_are_numbered_over_all_records_of_the_app(session):
    app = make_app(session, 明細=table(品名=text()))
    bodies = [values(明細=[row(99, 品名="a"), row(品名="b")]), values(明細=[row(品名="c")])]
    add_records(session, caller(), app, bodies, NOW)
    assert [number for number, _ in rows_of(session, app) + rows_of(session, app, record_id=2)] == ["1", "2", "3"]


def test_rows_of_a_new_record_take_inner_defaults(session):
    app = make_app(session, 明細=table(品名=text(defaultValue="未定"), 数=number()))
    add_record(session, caller(), app, values(明細=[row(数="1")]), NOW)
    assert rows_of(session, app) == [("1", {"品名": "未定", "数": "1"})]


def test_an_update_without_the_table_keeps_its_rows(session):
    app = make_app(session, 明細=table(品名=text()), 名前=text())
    add_record(session, caller(), app, values(明細=[row(品名="a")]), NOW)
    update_record(session, caller(), app, {"id": 1, "record": values(名前="x")}, NOW)
    assert rows_of(session, app) == [("1", {"品名": "a"})]


def test_an_empty_table_deletes_all_rows(session):
    app = make_app(session, 明細=table(品名=text()))
    add_record(session, caller(), app, values(明細=[row(品名="a")]), NOW)
    update_record(session, caller(), app, {"id": 1, "record": values(明細=[])}, NOW)
    assert rows_of(session, app) == []


def test_rows_are_merged_by_id_in_the_order_sent(session):
    app = make_app(session, 明細=table(品名=text(), 数=number()))
    before = [row(品名="a", 数="1"), row(品名="b", 数="2"), row(品名="c", 数="3")]
    add_record(session, caller(), app, values(明細=before), NOW)
    after = [row("3", 数="30"), row(品名="新"), row(1), row(77, 品名="知らない")]
    update_record(session, caller(), app, {"id": 1, "record": values(明細=after)}, NOW)
    assert rows_of(session, app) == [
        ("3", {"品名": "c", "数": "30"}),
        ("4", {"品名": "新", "数": ""}),
        ("1", {"品名": "a", "数": "1"}),
        ("5", {"品名": "知らない", "数": ""}),
    ]


def test_one_row_id_twice_is_refused(session):
    app = make_app(session, 明細=table(品名=text()))
    add_record(session, caller(), app, values(明細=[row(品名="a")]), NOW)
    with pytest.raises(DuplicateRowIdError):
        update_record(session, caller(), app, {"id": 1, "record": values(明細=[row(1), row("1")])}, NOW)


@pytest.mark.parametrize("row_id", ["x", "-1", "1.5", "²", "9" * 30])
def test_a_row_id_that_is_no_number_is_no_valid_json(session, row_id):
    app = make_app(session, 明細=table(品名=text()))
    add_record(session, caller(), app, None, NOW)
    with pytest.raises(InvalidJsonError):
        update_record(session, caller(), app, {"id": 1, "record": values(明細=[row(row_id)])}, NOW)
