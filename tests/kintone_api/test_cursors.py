"""Cursors over HTTP, with kintone's shapes, codes and messages."""

from __future__ import annotations

import pytest

TEXT = {"type": "SINGLE_LINE_TEXT"}
GONE = "指定したカーソルは存在しないか、既に有効期限が切れています。"


@pytest.fixture
def app(kintone):
    """An app with five records."""
    made = kintone.live_app(件名=TEXT)
    kintone.post("records", app=made, records=[{"件名": {"value": str(number)}} for number in range(5)])
    return made


def test_a_cursor_is_made_and_read_to_its_end(kintone, app):
    made = kintone.post("records/cursor", app=app, fields=["件名"], query="order by $id asc", size=3)
    assert made["totalCount"] == "5"
    first = kintone.get("records/cursor", id=made["id"])
    second = kintone.get("records/cursor", id=made["id"])
    assert [record["件名"]["value"] for record in first["records"] + second["records"]] == list("01234")
    assert (first["next"], second["next"]) == (True, False)
    answer = kintone.send("GET", "records/cursor", query_string={"id": made["id"]})
    assert (answer.status_code, answer.json["code"], answer.json["message"]) == (404, "GAIA_CN01", GONE)
    assert answer.headers["X-Cybozu-Error"] == "GAIA_CN01"


def test_a_cursor_can_be_read_by_an_overridden_post(kintone, app):
    cursor_id = kintone.post("records/cursor", app=app)["id"]
    answer = kintone.send("POST", "records/cursor", {"id": cursor_id}, headers={"X-HTTP-Method-Override": "GET"})
    assert (answer.status_code, answer.json["next"]) == (200, False)


def test_a_cursor_is_deleted(kintone, app):
    cursor_id = kintone.post("records/cursor", app=app, size="1")["id"]
    assert kintone.delete("records/cursor", id=cursor_id) == {}
    assert kintone.refused("DELETE", "records/cursor", id=cursor_id) == (404, "GAIA_CN01")


def test_the_eleventh_cursor_is_one_too_many(kintone, app):
    for _ in range(10):
        kintone.post("records/cursor", app=app)
    assert kintone.refused("POST", "records/cursor", app=app) == (429, "GAIA_TM12")


def test_a_cursor_that_nobody_reads_expires(kintone, app, clock):
    cursor_id = kintone.post("records/cursor", app=app)["id"]
    clock.advance(minutes=10)
    assert kintone.refused("GET", "records/cursor", id=cursor_id) == (404, "GAIA_CN01")


@pytest.mark.parametrize(
    ("body", "key", "message"),
    [
        ({"size": 0}, "size", "最小でも1以上です。"),
        ({"size": 501}, "size", "最大でも500以下です。"),
        ({"size": "x"}, "size", "整数で指定してください。"),
        ({"query": "limit 5"}, "query", "カーソルを作成するときは、limitとoffsetを指定できません。"),
    ],
)
def test_what_a_cursor_can_not_have_is_named(kintone, app, body, key, message):
    assert kintone.errors("POST", "records/cursor", app=app, **body) == {key: [message]}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_cursor_must_be_named(kintone, method):
    assert kintone.errors(method, "records/cursor") == {"id": ["必須です。"]}
    assert kintone.errors(method, "records/cursor", id="") == {"id": ["必須です。"]}


def test_a_broken_query_is_refused_when_the_cursor_is_made(kintone, app):
    assert kintone.refused("POST", "records/cursor", app=app, query="無 = 1") == (400, "GAIA_IQ11")
    assert kintone.refused("POST", "records/cursor", app=99) == (404, "GAIA_AP01")


def test_another_user_can_not_read_ones_cursor(kintone, as_sato, app):
    cursor_id = kintone.post("records/cursor", app=app)["id"]
    assert as_sato.refused("GET", "records/cursor", id=cursor_id) == (404, "GAIA_CN01")


def test_who_may_no_longer_see_the_app_can_not_read_on(kintone, as_sato, app):
    cursor_id = as_sato.post("records/cursor", app=app, size=1)["id"]
    kintone.put("preview/app/acl", app=app, rights=[{"entity": {"type": "CREATOR"}, "recordViewable": True}])
    kintone.deploy(app)
    assert as_sato.refused("GET", "records/cursor", id=cursor_id) == (403, "CB_NO02")
