"""How much one call takes, and what it answers to more."""

from __future__ import annotations

import json

import pytest

from tests.kintone_api.conftest import Kintone


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app in use with a name, a number and a table."""
    inner = {"品名": {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名"}}
    return kintone.live_app(
        名前={"type": "SINGLE_LINE_TEXT"}, 数={"type": "NUMBER"}, 明細={"type": "SUBTABLE", "fields": inner}
    )


def test_a_hundred_records_go_into_one_call_and_no_more(kintone: Kintone, app):
    assert len(kintone.post("records", app=app, records=[{}] * 100)["ids"]) == 100
    updates = [{"id": number, "record": {}} for number in range(1, 102)]
    assert len(kintone.put("records", app=app, records=updates[:100])["records"]) == 100
    assert kintone.errors("POST", "records", app=app, records=[{}] * 101) == {
        "records": ["一度に100件までのレコードを追加できます。"]
    }
    assert kintone.errors("PUT", "records", app=app, records=updates) == {
        "records": ["一度に100件までのレコードを更新できます。"]
    }
    assert kintone.errors("DELETE", "records", app=app, ids=list(range(1, 102))) == {
        "ids": ["一度に1件から100件までのレコードを削除できます。"]
    }
    assert kintone.delete("records", app=app, ids=list(range(1, 101))) == {}


@pytest.mark.parametrize("ids", [None, []])
def test_the_two_messages_of_no_ids_change_places_in_english(kintone: Kintone, app, ids):
    assert kintone.errors("DELETE", "records", app=app, ids=ids) == {
        "ids": ["必須です。", "一度に1件から100件までのレコードを削除できます。"]
    }
    response = kintone.send("DELETE", "records", {"app": app, "ids": ids}, headers={"Accept-Language": "en"})
    assert response.json["errors"] == {
        "ids": {"messages": ["Between 1 and 100 records can be deleted at one time.", "Required field."]}
    }


@pytest.mark.parametrize(
    ("query", "code", "ja", "en"),
    [
        ("limit 501", "GAIA_QU01", "limit には 500 以下の値を指定してください。", "limit must be 500 or less."),
        (
            "offset 10001",
            "GAIA_QU02",
            "offset には 10,000 以下の値を指定してください。",
            "offset must be 10,000 or less.",
        ),
    ],
)
def test_a_page_and_how_far_it_lies_are_bounded(kintone: Kintone, app, query, code, ja, en):
    assert kintone.get("records", app=app, query="limit 500 offset 10000")["records"] == []
    for language, message in (("ja", ja), ("en", en)):
        response = kintone.send("GET", "records", {"app": app, "query": query}, headers={"Accept-Language": language})
        assert (response.status_code, response.json["code"], response.json["message"]) == (400, code, message)


def test_a_body_names_up_to_a_thousand_fields(kintone: Kintone, app):
    assert kintone.send("GET", "records", {"app": app, "fields": ["数"] * 1000}).status_code == 200
    assert set(kintone.errors("GET", "records", app=app, fields=["数"] * 1001)) == {"fields"}


def test_an_address_names_fields_by_the_indexes_up_to_99(kintone: Kintone, app):
    kintone.post("record", app=app, record={"数": {"value": "1"}})
    shown = kintone.get("records", app=app, **{"fields[99]": "数", "fields[0]": "名前"})["records"][0]
    assert set(shown) == {"名前", "数"}
    response = kintone.send("GET", "records", query_string={"app": app, "fields[100]": "数"})
    assert (response.status_code, list(response.json["errors"])) == (400, ["fields"])


def test_elements_of_an_address_stand_in_the_order_of_their_indexes(kintone: Kintone, app):
    kintone.post("records", app=app, records=[{}, {}])
    kintone.put("record", app=app, id=2, record={})
    swapped = {"app": app, "ids[1]": 2, "ids[0]": 1, "revisions[1]": 2, "revisions[0]": 1}
    assert kintone.send("DELETE", "records", query_string=swapped).json == {}


def test_a_column_of_a_table_can_t_be_shown_alone(kintone: Kintone, app):
    assert kintone.errors("GET", "records", app=app, fields=["名前", "品名"]) == {
        "fields[1]": ["テーブル内のフィールドは指定できません。テーブルのフィールドコードを指定してください。"]
    }
    assert set(kintone.errors("POST", "records/cursor", app=app, fields=["品名"])) == {"fields[0]"}


def test_unknown_fields_are_left_out_of_what_is_shown(kintone: Kintone, app):
    kintone.post("record", app=app, record={})
    shown = kintone.send("GET", "records", {"app": app, "fields": ["ない", "$id", "明細"]}).json["records"]
    assert list(shown[0]) == ["明細", "$id"]


@pytest.mark.parametrize("value", ["maybe", 1, [], ""])
def test_the_wish_for_a_total_is_true_or_false(kintone: Kintone, app, value):
    response = kintone.send("GET", "records", {"app": app, "totalCount": value}, headers={"Accept-Language": "en"})
    assert response.json["errors"] == {"totalCount": {"messages": ["must be boolean."]}}


def test_the_total_counts_what_limit_and_offset_leave_out(kintone: Kintone, app):
    kintone.post("records", app=app, records=[{}] * 5)
    found = kintone.get("records", app=app, query="$id > 1 limit 1 offset 3", totalCount="true")
    assert (len(found["records"]), found["totalCount"]) == (1, "4")


def test_a_body_of_ten_megabytes_is_read_and_a_larger_one_refused_in_json(kintone: Kintone, app):
    body = {"app": app, "record": {"名前": {"value": "a"}, "ない": {"value": "x" * (9 * 1024 * 1024)}}}
    assert kintone.send("POST", "record", data=json.dumps(body)).status_code == 200
    body["record"]["ない"]["value"] = "x" * (11 * 1024 * 1024)
    response = kintone.send("POST", "record", data=json.dumps(body))
    assert response.status_code == 413
    assert {"code", "id", "message"} == set(response.json)


def test_a_long_text_is_kept_whole(kintone: Kintone, app):
    written = "申請" * 100_000
    kintone.post("record", app=app, record={"名前": {"value": written}})
    assert kintone.get("record", app=app, id=1)["record"]["名前"]["value"] == written


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("999999999999999999999999999999", "999999999999999999999999999999"),
        ("0.000000000000000000000000000001", "0.000000000000000000000000000001"),
        ("1e30", "1" + "0" * 30),
        ("000123.4500", "123.45"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_numbers_keep_every_digit(kintone: Kintone, app, sent, kept):
    kintone.post("record", app=app, record={"数": {"value": sent}})
    assert kintone.get("record", app=app, id=1)["record"]["数"]["value"] == kept
