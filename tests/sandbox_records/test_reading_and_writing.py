from __future__ import annotations

import pytest

from marketplace.sandbox.errors import AppNotFoundError, RecordNotFoundError, RecordRevisionError
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.errors import TokenNotAllowedError, UpdateKeyNotFoundError, UpdateKeyNotUniqueError
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record, update_records, upsert_records
from tests.sandbox_records.factories import NOW, caller, choice, field, make_app, number, table, text, values


def shown(session, app, record_id=1):
    return {code: cell["value"] for code, cell in get_record(session, caller(), app, record_id).items()}


def test_a_new_record_starts_at_number_1_and_revision_1(session):
    app = make_app(session, 名前=text())
    written = add_record(session, caller(), app, values(名前="申請書"), NOW)
    assert (written.record_id, written.revision, written.operation) == (1, 1, "INSERT")


def test_a_record_is_shown_with_type_and_value_of_every_field(session):
    app = make_app(session, 名前=text(), 人数=number())
    add_record(session, caller(), app, values(名前="申請書", 人数="3"), NOW)
    record = get_record(session, caller(), app, 1)
    assert record == {
        "レコード番号": {"type": "RECORD_NUMBER", "value": "1"},
        "作成者": {"type": "CREATOR", "value": {"code": "sato", "name": "佐藤"}},
        "作成日時": {"type": "CREATED_TIME", "value": "2026-11-23T01:30:00Z"},
        "更新者": {"type": "MODIFIER", "value": {"code": "sato", "name": "佐藤"}},
        "更新日時": {"type": "UPDATED_TIME", "value": "2026-11-23T01:30:00Z"},
        "名前": {"type": "SINGLE_LINE_TEXT", "value": "申請書"},
        "人数": {"type": "NUMBER", "value": "3"},
        "$revision": {"type": "__REVISION__", "value": "1"},
        "$id": {"type": "__ID__", "value": "1"},
    }


def test_empty_fields_show_the_empty_value_of_their_type(session):
    app = make_app(
        session,
        文字=text(), 長文=field("MULTI_LINE_TEXT"), 装飾=field("RICH_TEXT"), 数=number(), リンク=field("LINK"),
        選択=choice("DROP_DOWN", "A"), 単一=choice("RADIO_BUTTON", "A"), 複数=choice("CHECK_BOX", "A"),
        一覧=choice("MULTI_SELECT", "A"), 日付=field("DATE"), 時刻=field("TIME"), 日時=field("DATETIME"),
        添付=field("FILE"), 担当=field("USER_SELECT"), 組織=field("ORGANIZATION_SELECT"),
        グループ=field("GROUP_SELECT"), 明細=table(品名=text()),
    )  # fmt: skip
    add_record(session, caller(), app, None, NOW)
    record = shown(session, app)
    assert [record[code] for code in ("文字", "長文", "装飾", "数", "リンク", "日時")] == [""] * 6
    assert [record[code] for code in ("選択", "単一", "日付", "時刻")] == [None] * 4
    assert [record[c] for c in ("複数", "一覧", "添付", "担当", "組織", "グループ", "明細")] == [[]] * 7


def test_unknown_field_codes_are_ignored(session):
    app = make_app(session, 名前=text())
    add_record(session, caller(), app, values(名前="a", ない項目="b"), NOW)
    assert "ない項目" not in shown(session, app)


def test_groups_and_related_records_have_no_value(session):
    app = make_app(session, 枠=field("GROUP"), 関連=field("REFERENCE_TABLE"))
    add_record(session, caller(), app, values(枠="x", 関連="y"), NOW)
    assert {"枠", "関連"}.isdisjoint(shown(session, app))


def test_an_update_changes_only_what_was_sent(session):
    app = make_app(session, 名前=text(defaultValue="既定"), 人数=number())
    add_record(session, caller(), app, values(名前="前", 人数="3"), NOW)
    written = update_record(session, caller("suzuki"), app, {"id": "1", "record": values(人数="4")}, NOW)
    record = shown(session, app)
    assert (record["名前"], record["人数"], record["$revision"], written.revision) == ("前", "4", "2", 2)
    assert record["更新者"]["code"] == "suzuki"
    assert record["作成者"]["code"] == "sato"


def test_an_update_never_applies_defaults(session):
    app = make_app(session, 名前=text(defaultValue="既定"))
    add_record(session, caller(), app, values(名前=""), NOW)
    update_record(session, caller(), app, {"id": 1, "record": {}}, NOW)
    assert shown(session, app)["名前"] == ""


def test_a_stale_revision_is_refused_and_nothing_is_written(session):
    app = make_app(session, 名前=text())
    add_record(session, caller(), app, values(名前="前"), NOW)
    with pytest.raises(RecordRevisionError):
        update_record(session, caller(), app, {"id": 1, "revision": "7", "record": values(名前="後")}, NOW)
    assert shown(session, app)["名前"] == "前"


@pytest.mark.parametrize("revision", [-1, "-1", None, 1, "1"])
def test_revision_minus_one_or_none_or_the_present_one_is_accepted(session, revision):
    app = make_app(session, 名前=text())
    add_record(session, caller(), app, None, NOW)
    assert update_record(session, caller(), app, {"id": 1, "revision": revision}, NOW).revision == 2


@pytest.mark.parametrize("record_id", [2, "9", 2**31, 10**17])
def test_an_unknown_record_is_refused_by_its_number(session, record_id):
    app = make_app(session)
    with pytest.raises(RecordNotFoundError):
        update_record(session, caller(), app, {"id": record_id}, NOW)


@pytest.mark.parametrize("record_id", [0, -1, 99, 2**70])
def test_reading_an_unknown_record_is_refused(session, record_id):
    app = make_app(session)
    with pytest.raises(RecordNotFoundError):
        get_record(session, caller(), app, record_id)


def test_a_unique_text_or_number_names_the_record_to_update(session):
    app = make_app(session, 番号=number(unique=True), 名前=text())
    add_records(session, caller(), app, [values(番号="10"), values(番号="20")], NOW)
    body = {"updateKey": {"field": "番号", "value": "2.0e1"}, "record": values(名前="後")}
    assert update_record(session, caller(), app, body, NOW).record_id == 2


def test_an_update_key_must_forbid_duplicates(session):
    app = make_app(session, 名前=text())
    with pytest.raises(UpdateKeyNotUniqueError):
        update_record(session, caller(), app, {"updateKey": {"field": "名前", "value": "x"}}, NOW)


def test_an_update_key_without_a_record_is_refused(session):
    app = make_app(session, 名前=text(unique=True))
    with pytest.raises(UpdateKeyNotFoundError):
        update_record(session, caller(), app, {"updateKey": {"field": "名前", "value": "x"}}, NOW)


def test_an_upsert_updates_known_keys_and_adds_the_others_in_the_order_sent(session):
    app = make_app(session, 番号=text(unique=True), 名前=text())
    add_record(session, caller(), app, values(番号="a", 名前="前"), NOW)
    bodies = [
        {"updateKey": {"field": "番号", "value": "b"}, "record": values(名前="新")},
        {"updateKey": {"field": "番号", "value": "a"}, "record": values(名前="後")},
    ]
    written = upsert_records(session, caller(), app, bodies, NOW)
    assert [(each.record_id, each.operation) for each in written] == [(2, "INSERT"), (1, "UPDATE")]
    assert [shown(session, app, number)["名前"] for number in (1, 2)] == ["後", "新"]
    assert shown(session, app, 2)["番号"] == "b"


def test_deleted_numbers_are_not_used_again(session):
    app = make_app(session)
    add_records(session, caller(), app, [{}, {}], NOW)
    delete_records(session, caller(), app, ["2"])
    assert add_record(session, caller(), app, None, NOW).record_id == 3


def test_a_delete_with_one_unknown_number_deletes_nothing(session):
    app = make_app(session)
    add_records(session, caller(), app, [{}, {}], NOW)
    with pytest.raises(RecordNotFoundError):
        delete_records(session, caller(), app, [1, 9])
    assert list_records(session, caller(), app, total_count=True, now=NOW).total_count == 2


def test_a_delete_under_a_stale_revision_deletes_nothing(session):
    app = make_app(session)
    add_records(session, caller(), app, [{}, {}], NOW)
    with pytest.raises(RecordRevisionError):
        delete_records(session, caller(), app, [1, 2], [1, 5])
    assert len(list_records(session, caller(), app, now=NOW).records) == 2


def test_bulk_updates_answer_in_the_order_sent(session):
    app = make_app(session)
    add_records(session, caller(), app, [{}, {}], NOW)
    written = update_records(session, caller(), app, [{"id": 2}, {"id": 1}], NOW)
    assert [(each.record_id, each.revision) for each in written] == [(2, 2), (1, 2)]


def test_only_the_named_fields_are_listed(session):
    app = make_app(session, 名前=text(), 人数=number())
    add_record(session, caller(), app, None, NOW)
    records = list_records(session, caller(), app, fields=["名前", "$id"], now=NOW).records
    assert list(records[0]) == ["名前", "$id"]


def test_the_record_number_carries_the_app_code(session):
    app = make_app(session)
    app.code = "HOJO"
    add_record(session, caller(), app, None, NOW)
    assert shown(session, app)["レコード番号"] == "HOJO-1"


def test_another_sites_app_does_not_exist_for_a_caller(session):
    app = make_app(session)
    stranger = type(caller())(site_id="other", code="sato", name="佐藤")
    with pytest.raises(AppNotFoundError):
        list_records(session, stranger, app, now=NOW)


@pytest.mark.parametrize("permission", ["view", "add", "edit", "delete"])
def test_a_token_does_only_what_its_permissions_say(session, permission):
    app = make_app(session)
    add_record(session, caller(), app, None, NOW)
    token = caller(token_permissions={app.app_id: frozenset({"view", "add", "edit", "delete"} - {permission})})
    acts = {
        "view": lambda: get_record(session, token, app, 1),
        "add": lambda: add_record(session, token, app, None, NOW),
        "edit": lambda: update_record(session, token, app, {"id": 1}, NOW),
        "delete": lambda: delete_records(session, token, app, [1]),
    }
    with pytest.raises(TokenNotAllowedError):
        acts[permission]()
