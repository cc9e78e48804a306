"""The wanted list by API."""

from __future__ import annotations

import pytest

from marketplace.kernel.actor import Permission
from tests.api.factories import OTHER, OWN, PUBLISHER, SLUG
from tests.bundle.factories import make_bundle

PATH = "/api/v1/wanted-apps"
ROADS = {
    "title": "道路占用許可の期限管理",
    "text": "期限が近づいたら知らせてほしい。",
    "category": "kensetsu",
    "department": "道路維持課",
    "month": 3,
}
ANSWER = {"template": f"{PUBLISHER}/{SLUG}", "text": "一覧をそのまま使えます。"}


@pytest.fixture
def path(caller):
    """The address of a wanted app of みほん市."""
    return caller.post(PATH, 201, json=ROADS).headers["Location"]


def test_what_is_written_is_read_by_anybody_and_found_by_two_letters(path, stranger):
    read = stranger.get(path).json
    assert {name: read[name] for name in ("title", "text", "department", "month")} == {
        name: ROADS[name] for name in ("title", "text", "department", "month")
    }
    assert (read["category"]["id"], read["municipality"]["code"], read["state"]) == ("kensetsu", OWN, "open")
    for query in ("q=占用", "state=open&category=kensetsu&prefecture=架空県&size_class=S4&sort=newest"):
        listed = stranger.get(f"{PATH}?{query}").json
        assert [item["id"] for item in listed["items"]] == [read["id"]]
    assert listed["counts"] == {"state": {"open": 1}, "category": {"kensetsu": 1}}
    assert stranger.get(f"{PATH}?state=closed").json["total"] == 0
    assert stranger.get(f"{path}?lang=en", headers={"If-None-Match": stranger.get(path).headers["ETag"]}, status=304)


def test_the_same_key_writes_once(caller):
    for _ in range(2):
        caller.post(PATH, 201, json=ROADS, headers={"Idempotency-Key": "once"})
    assert caller.get(PATH).json["total"] == 1


def test_votes_answers_and_the_end_come_in_turn(path, caller, world, stranger):
    world.release()
    other = world.caller(OTHER)
    assert other.send("PUT", f"{path}/vote", 200).json["voters"][0]["code"] == OTHER
    assert other.send("PUT", f"{path}/vote", 200).json["vote_count"] == 1
    caller.refused("PUT", f"{path}/vote", 403, "wanted-app-own")
    answered = other.post(f"{path}/answers", 201, json=ANSWER).json["answers"][0]
    assert (answered["template"]["slug"], answered["is_chosen"]) == (SLUG, False)
    caller.refused("POST", f"{path}/answers", 409, "wanted-answer-given", json=ANSWER)
    other.refused("POST", f"{path}/answers", 404, "template-not-found", json={**ANSWER, "template": "a/b"})
    other.refused("POST", f"{path}/fulfilment", 404, "not-found", json={"answer": answered["id"]})
    caller.refused("POST", f"{path}/fulfilment", 404, "wanted-answer-not-found", json={"answer": "あ"})
    done = caller.post(f"{path}/fulfilment", 200, json={"answer": answered["id"]}).json
    assert (done["state"], done["answers"][0]["is_chosen"]) == ("fulfilled", True)
    other.refused("DELETE", f"{path}/answers/{answered['id']}", 409, "wanted-answer-chosen")
    caller.refused("POST", f"{path}/closing", 409, "wanted-app-settled", json={"reason": "要らない"})
    assert caller.post(f"{path}/reopening", 200).json["settled_at"] is None
    caller.refused("POST", f"{path}/reopening", 409, "wanted-app-open")
    other.send("DELETE", f"{path}/answers/{answered['id']}", 204)
    other.send("DELETE", f"{path}/vote", 204)
    assert caller.post(f"{path}/closing", 200, json={"reason": "要らない"}).json["reason"] == "要らない"
    caller.send("DELETE", path, 204)
    stranger.refused("GET", path, 404, "wanted-app-not-found")


def test_a_write_from_an_older_state_is_refused(path, caller):
    first = caller.get(path).headers["ETag"]
    second = caller.send("PUT", path, 200, json={**ROADS, "title": "期限"}, headers={"If-Match": first}).headers["ETag"]
    stale = {"If-Match": first}
    caller.refused("PUT", path, 412, "state-changed", json=ROADS, headers=stale)
    caller.refused("DELETE", path, 412, "state-changed", headers=stale)
    for act, body in (("closing", {"reason": "x"}), ("fulfilment", {"answer": "x"}), ("reopening", {})):
        caller.refused("POST", f"{path}/{act}", 412, "state-changed", json=body, headers=stale)
    assert caller.get(path).headers["ETag"] == second


def test_writing_needs_the_permission_to_review_for_the_whole_municipality(path, world):
    for caller in (world.caller(OWN, Permission.WORKSPACES_READ), world.caller(workspace_id=world.workspace())):
        caller.refused("POST", PATH, 403, "forbidden", json=ROADS)
        caller.refused("PUT", f"{path}/vote", 403, "forbidden")
        caller.refused("PUT", path, 403, "forbidden", json=ROADS, headers={"If-Match": "x"})


@pytest.mark.parametrize(("name", "value"), [("month", 0), ("month", "0x3"), ("category", "x"), ("title", ["x"])])
def test_what_is_wrong_is_pointed_at(caller, name, value):
    problem = caller.refused("POST", PATH, 422, "input-invalid", json={**ROADS, name: value})
    assert problem["errors"][0]["pointer"].startswith(f"/{name}")


def test_a_search_that_finds_no_template_answers_what_comes_nearest(path, world, stranger):
    world.release(make_bundle(name={"ja": "占用の申請", "en": "Permits"}))
    found = stranger.get("/api/v1/templates?q=占用&category=bosai&kind=single").json
    assert found["total"] == 0
    near = found["nearest"]
    assert near["without"] == [{"conditions": ["category"], "total": 1}]
    assert [item["title"] for item in near["wanted"]] == [ROADS["title"]]
    split = stranger.get("/api/v1/templates?q=占用 宇宙&category=bosai").json["nearest"]
    assert split["parts"] == [{"q": "占用", "total": 1}]
    assert [item["slug"] for item in split["templates"]] == [SLUG]
    assert "nearest" not in stranger.get("/api/v1/templates?q=占用").json
    assert stranger.get("/api/v1/templates?q=zzzz").json["nearest"]["parts"] == []
