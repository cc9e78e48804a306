"""Records, bulk requests and files as the API reaches them; their values have tests of their own."""

from __future__ import annotations

from io import BytesIO

import pytest

from marketplace.edge.app import MarketplaceApp
from marketplace.sandbox import tokens
from marketplace.sandbox.apps import find_app
from tests.kintone_api.conftest import SITE, Kintone

NOBODY = {"type": "ONE", "entities": []}
STATES = {"未処理": {"index": "0", "assignee": NOBODY}, "審査中": {"index": "1", "assignee": NOBODY}}
ACTIONS = [{"name": "審査へ", "from": "未処理", "to": "審査中"}]


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app in use with a unique name, a number and a file."""
    return kintone.live_app(
        名前={"type": "SINGLE_LINE_TEXT", "unique": True}, 金額={"type": "NUMBER"}, 添付={"type": "FILE"}
    )


def add(kintone: Kintone, app: int, name: str) -> str:
    return kintone.post("record", app=app, record={"名前": {"value": name}})["id"]


def bulk(app: int, *names: str) -> list[dict]:
    return [
        {"method": "POST", "api": "/k/v1/record.json", "payload": {"app": app, "record": {"名前": {"value": name}}}}
        for name in names
    ]


def test_every_number_in_an_answer_is_a_text(kintone: Kintone, app):
    assert kintone.post("record", app=app, record={}) == {"id": "1", "revision": "1"}
    assert kintone.put("record", app=app, id=1, record={}) == {"revision": "2"}
    assert kintone.post("records", app=app, records=[{}, {}]) == {"ids": ["2", "3"], "revisions": ["1", "1"]}
    changed = kintone.put("records", app=app, records=[{"id": 2, "record": {}}])
    assert changed == {"records": [{"id": "2", "revision": "2"}]}
    found = kintone.get("records", app=app, totalCount="true")
    assert found["totalCount"] == "3"
    assert found["records"][0]["$id"] == {"type": "__ID__", "value": "3"}


def test_records_in_an_app_that_was_never_deployed_do_not_exist(kintone: Kintone):
    fresh = kintone.make_app()
    assert kintone.refused("POST", "record", app=fresh, record={}) == (404, "GAIA_AP01")


def test_the_total_is_null_unless_asked_for(kintone: Kintone, app):
    assert kintone.get("records", app=app) == {"records": [], "totalCount": None}


def test_an_upsert_tells_what_it_did(kintone: Kintone, app):
    add(kintone, app, "甲")
    wanted = [{"updateKey": {"field": "名前", "value": name}, "record": {}} for name in ("甲", "乙")]
    found = kintone.put("records", app=app, upsert=True, records=wanted)["records"]
    assert [each["operation"] for each in found] == ["UPDATE", "INSERT"]


def test_records_are_deleted_by_url_or_body(kintone: Kintone, app):
    first, second = add(kintone, app, "甲"), add(kintone, app, "乙")
    response = kintone.send("DELETE", "records", query_string={"app": app, "ids[0]": first})
    assert response.json == {}
    kintone.delete("records", app=app, ids=[second])
    assert kintone.get("records", app=app)["records"] == []


def test_a_record_moves_on_by_its_process(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(app)
    first, second = add(kintone, app, "甲"), add(kintone, app, "乙")
    assert kintone.put("record/status", app=app, id=first, action="審査へ") == {"revision": "3"}
    moved = kintone.put("records/status", app=app, records=[{"id": second, "action": "審査へ"}])
    assert moved == {"records": [{"id": second, "revision": "3"}]}
    assert kintone.put("record/assignees", app=app, id=first, assignees=["suzuki"]) == {"revision": "4"}
    assert kintone.get("record", app=app, id=first)["record"]["ステータス"]["value"] == "審査中"


def test_requests_of_a_bulk_call_answer_in_their_order(kintone: Kintone, app):
    results = kintone.post("bulkRequest", requests=bulk(app, "甲", "乙"))["results"]
    assert results == [{"id": "1", "revision": "1"}, {"id": "2", "revision": "1"}]


def test_one_refusal_undoes_the_whole_bulk_call_and_stands_at_its_place(kintone: Kintone, app):
    response = kintone.send("POST", "bulkRequest", {"requests": bulk(app, "甲", "甲", "乙")})
    assert response.status_code == 400
    first, refused, last = response.json["results"]
    assert (first, refused["code"], last) == ({}, "CB_VA01", {})
    assert kintone.get("records", app=app)["records"] == []


@pytest.mark.parametrize(("count", "status"), [(0, 400), (20, 200), (21, 400)])
def test_a_bulk_call_holds_1_to_20_requests(kintone: Kintone, app, count, status):
    requests = bulk(app, *(f"名{number}" for number in range(count)))
    assert kintone.send("POST", "bulkRequest", {"requests": requests}).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/k/v1/bulkRequest.json"),
        ("PUT", "/k/v1/preview/app/settings.json"),
        ("POST", "/w/other/k/v1/record.json"),
        ("POST", "record.json"),
    ],
)
def test_only_writes_of_records_go_into_a_bulk_call(kintone: Kintone, app, method, path):
    response = kintone.send(
        "POST", "bulkRequest", {"requests": [{"method": method, "api": path, "payload": {"app": app}}]}
    )
    assert response.json["results"][0]["code"] == "CB_VA01"


def test_a_token_adds_records_but_reads_none_without_the_right(kintone: Kintone, app, web: MarketplaceApp, clock):
    with web.sessions.open(writes=True) as session:
        secret = tokens.issue_app_token(session, find_app(session, SITE, app), ["add"], clock())
        session.commit()
    caller = Kintone(web, {"X-Cybozu-API-Token": secret})
    caller.post("record", app=app, record={"名前": {"value": "甲"}})
    response = caller.send("GET", "records", query_string={"app": app})
    assert (response.status_code, response.json["code"]) == (403, "GAIA_NO01")
    assert kintone.get("record", app=app, id=1)["record"]["作成者"]["value"]["code"] == "Administrator"


def test_a_user_without_the_right_adds_nothing(kintone: Kintone, as_sato: Kintone, app):
    everyone = {"entity": {"type": "GROUP", "code": "everyone"}, "recordViewable": True}
    kintone.put("preview/app/acl", app=app, rights=[everyone])
    kintone.deploy(app)
    assert as_sato.get("records", app=app)["records"] == []
    assert as_sato.refused("POST", "record", app=app, record={}) == (403, "CB_NO02")


def upload(kintone: Kintone, name: str, data: bytes) -> str:
    sent = {"file": (BytesIO(data), name, "text/html")}
    return kintone.send("POST", "file", data=sent, content_type="multipart/form-data").json["fileKey"]


def test_a_file_travels_up_into_a_record_and_down_again(kintone: Kintone, app):
    key = upload(kintone, "要綱.html", b"<script>")
    kintone.post("record", app=app, record={"添付": {"value": [{"fileKey": key}]}})
    (shown,) = kintone.get("record", app=app, id=1)["record"]["添付"]["value"]
    assert (shown["name"], shown["size"], shown["contentType"]) == ("要綱.html", "8", "text/html")
    response = kintone.send("GET", "file", query_string={"fileKey": shown["fileKey"]})
    assert (response.data, response.mimetype) == (b"<script>", "text/html")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-ConcurrencyLimit-Limit"] == "100"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_upload_key_can_t_be_read(kintone: Kintone):
    response = kintone.send("GET", "file", query_string={"fileKey": upload(kintone, "a.txt", b"x")})
    assert (response.status_code, response.json["code"]) == (404, "GAIA_BL01")


@pytest.mark.parametrize("data", [{}, {"other": "text"}, {"file": "text"}])
def test_an_upload_without_its_part_is_refused(kintone: Kintone, data):
    response = kintone.send("POST", "file", data=data, content_type="multipart/form-data")
    assert (response.status_code, response.json["code"]) == (400, "CB_VA01")
