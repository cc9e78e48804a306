"""Several requests in one call: every write of records that kintone allows, all of them or none."""

from __future__ import annotations

import pytest

from marketplace.kintone_api.table import APIS
from tests.kintone_api.conftest import SITE, Kintone

NOBODY = {"type": "ONE", "entities": []}
STATES = {
    "未処理": {"index": "0", "assignee": NOBODY},
    "審査中": {"index": "1", "assignee": {"type": "ANY", "entities": []}},
}
ACTIONS = [{"name": "審査へ", "from": "未処理", "to": "審査中"}]
ALLOWED = {
    ("POST", "record.json"), ("PUT", "record.json"), ("POST", "records.json"), ("PUT", "records.json"),
    ("DELETE", "records.json"), ("PUT", "record/status.json"), ("PUT", "records/status.json"),
    ("PUT", "record/assignees.json"),
}  # fmt: skip


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with a process, a unique name and three records."""
    made = kintone.live_app(名前={"type": "SINGLE_LINE_TEXT", "unique": True})
    kintone.put("preview/app/status", app=made, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(made)
    kintone.post("records", app=made, records=[{"名前": {"value": name}} for name in "一二三"])
    return made


def request(method: str, name: str, **payload: object) -> dict:
    return {"method": method, "api": f"/k/v1/{name}.json", "payload": payload}


def names(kintone: Kintone, app: int) -> list[str]:
    found = kintone.get("records", app=app, query="order by $id asc")["records"]
    return [record["名前"]["value"] for record in found]


def test_each_allowed_request_answers_as_it_does_alone(kintone: Kintone, app):
    named = {"名前": {"value": "四"}}
    answers = kintone.post(
        "bulkRequest",
        requests=[
            request("POST", "record", app=app, record=named),
            request("PUT", "record", app=app, id=1, record={}),
            request("POST", "records", app=app, records=[{}]),
            request("PUT", "records", app=app, records=[{"id": 2, "record": {}}]),
            request("DELETE", "records", app=app, ids=[3]),
            request("PUT", "record/status", app=app, id=1, action="審査へ"),
            request("PUT", "records/status", app=app, records=[{"id": 2, "action": "審査へ"}]),
            request("PUT", "record/assignees", app=app, id=4, assignees=["sato"]),
        ],
    )
    assert answers["results"] == [
        {"id": "4", "revision": "1"}, {"revision": "2"}, {"ids": ["5"], "revisions": ["1"]},
        {"records": [{"id": "2", "revision": "2"}]}, {}, {"revision": "4"},
        {"records": [{"id": "2", "revision": "4"}]}, {"revision": "2"},
    ]  # fmt: skip


def test_an_upsert_inside_tells_what_it_did(kintone: Kintone, app):
    wanted = [{"updateKey": {"field": "名前", "value": name}, "record": {}} for name in ("一", "新")]
    (answer,) = kintone.post("bulkRequest", requests=[request("PUT", "records", app=app, upsert=True, records=wanted)])[
        "results"
    ]
    assert [each["operation"] for each in answer["records"]] == ["UPDATE", "INSERT"]


def test_every_other_api_is_refused_inside(kintone: Kintone, app):
    for method, path in sorted(set(APIS) - ALLOWED):
        inside = request(method, path.removesuffix(".json"), app=app)
        calls = [request("PUT", "record", app=app, id=1, record={}), inside]
        response = kintone.send("POST", "bulkRequest", {"requests": calls})
        refused = next((each for each in response.json.get("results", []) if each), response.json)
        assert (response.status_code, refused["code"]) == (400, "CB_VA01"), (method, path)
        assert list(refused["errors"]) == ["requests[1].method" if method == "GET" else "requests[1].api"]
    assert kintone.get("record", app=app, id=1)["record"]["$revision"]["value"] == "1"


@pytest.mark.parametrize(
    "path",
    [
        f"/w/{SITE}/k/v1/record.json", "http://localhost/k/v1/record.json", "k/v1/record.json", "/k/v1/record",
        "/k/v1//record.json", "/k/v1/record.json?x=1", "/k/v1/preview/record.json", "", "/K/V1/record.json",
    ],
)  # fmt: skip
def test_a_path_is_written_as_on_kintone_without_the_address_of_the_workspace(kintone: Kintone, app, path):
    call = {"method": "POST", "api": path, "payload": {"app": app, "record": {}}}
    response = kintone.send("POST", "bulkRequest", {"requests": [call]})
    assert response.status_code == 400
    assert names(kintone, app) == ["一", "二", "三"]


@pytest.mark.parametrize(
    ("last", "status", "code"),
    [
        (request("PUT", "record", id=9, record={}), 404, "GAIA_RE01"),
        (request("PUT", "record", id=1, revision=7, record={}), 409, "GAIA_CO02"),
        (request("POST", "record", record={"名前": {"value": "一"}}), 400, "CB_VA01"),
        (request("POST", "record", record=[]), 400, "CB_IJ01"),
        (request("PUT", "record/status", id=2, action="無い"), 400, "GAIA_IL03"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_one_refusal_undoes_what_came_before_in_every_app(kintone: Kintone, app, last, status, code):
    other = kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"})
    last = {**last, "payload": {**last["payload"], "app": app}}
    calls = [
        request("POST", "record", app=other, record={}),
        request("DELETE", "records", app=app, ids=[3]),
        last,
        request("POST", "record", app=other, record={}),
    ]
    response = kintone.send("POST", "bulkRequest", {"requests": calls})
    first, second, refused, fourth = response.json["results"]
    assert (response.status_code, first, second, refused["code"], fourth) == (status, {}, {}, code, {})
    assert {"code", "id", "message"} <= set(refused)
    assert response.headers["X-Cybozu-Error"] == code
    assert names(kintone, app) == ["一", "二", "三"]
    assert kintone.get("records", app=other)["records"] == []
    assert kintone.post("record", app=other, record={})["id"] == "1"


def test_a_refusal_inside_names_the_values_that_are_wrong(kintone: Kintone, app):
    calls = [request("POST", "records", app=app, records=[{}, {"名前": {"value": "一"}}])]
    response = kintone.send("POST", "bulkRequest", {"requests": calls})
    assert response.json["results"][0]["errors"] == {
        "records[1].名前.value": {"messages": ["値がほかのレコードと重複しています。"]}
    }


@pytest.mark.parametrize(
    ("call", "key"),
    [
        ({"api": "/k/v1/record.json", "payload": {}}, "requests[0].method"),
        ({"method": "POST", "payload": {}}, "requests[0].api"),
        ({"method": "POST", "api": "/k/v1/record.json"}, "requests[0].payload"),
        ({"method": "PATCH", "api": "/k/v1/record.json", "payload": {}}, "requests[0].method"),
        ({"method": "POST", "api": "/k/v1/record.json", "payload": []}, "requests[0].payload"),
        ("x", "requests[0]"),
    ],
)
def test_a_request_lacks_nothing(kintone: Kintone, call, key):
    assert set(kintone.errors("POST", "bulkRequest", requests=[call])) == {key}
