"""Workspaces and API tokens by API; secrets are shown once."""

from __future__ import annotations

import pytest

from marketplace.kernel.actor import Permission
from tests.api.factories import OTHER, OWN, Caller

WORKSPACES, TOKENS = "/api/v1/workspaces", "/api/v1/tokens"
ONCE = {"Idempotency-Key": "once"}


def test_a_workspace_comes_with_a_login_that_is_shown_once(caller):
    answer = caller.post(WORKSPACES, 201, json={"name": "本番"})
    made = answer.json
    assert made["password"]
    assert made["workspace"]["kintone_url"] == f"http://localhost/w/{made['workspace']['id']}"
    assert caller.get(answer.headers["Location"]).json == made["workspace"]
    assert caller.get(WORKSPACES).json["items"] == [made["workspace"]]


def test_the_same_key_makes_one_workspace_and_never_repeats_its_password(caller):
    first, second = (caller.post(WORKSPACES, 201, json={"name": "本番"}, headers=ONCE) for _ in range(2))
    assert second.json == {**first.json, "password": None}
    assert len(caller.get(WORKSPACES).json["items"]) == 1


def test_an_issued_token_works_with_its_scopes(app, caller):
    body = {"name": "CI", "scopes": ["workspaces:read"], "expires_in_days": 7}
    answer = caller.post(TOKENS, 201, json=body)
    issued = Caller(app.test_client(), answer.json["secret"])
    issued.get(WORKSPACES)
    issued.refused("POST", WORKSPACES, 403, "forbidden", json={"name": "本番"})
    assert caller.get(answer.headers["Location"]).json["scopes"] == ["workspaces:read"]


def test_the_same_key_issues_one_token_and_never_repeats_its_secret(caller):
    body = {"name": "CI", "scopes": ["workspaces:read"]}
    first, second = (caller.post(TOKENS, 201, json=body, headers=ONCE) for _ in range(2))
    assert first.json["secret"].startswith("yktn_")
    assert second.json == {**first.json, "secret": None}


def test_tokens_are_listed_without_their_secrets(caller):
    secret = caller.post(TOKENS, 201, json={"name": "CI", "scopes": ["workspaces:read"]}).json["secret"]
    listed = caller.get(TOKENS)
    assert {token["name"] for token in listed.json["items"]} == {"CI", "試験"}
    assert secret not in listed.get_data(as_text=True)


def test_a_token_hands_on_no_more_than_it_has(world):
    caller = world.caller(OWN, Permission.TOKENS_MANAGE)
    body = {"name": "CI", "scopes": ["installs:write"]}
    assert caller.refused("POST", TOKENS, 403, "scope-not-held", json=body)["params"] == {"needs": "installs:write"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": "workspaces:read"}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_in_days": 0}, "/expires_in_days"),
        ({"expires_in_days": 10**400}, "/expires_in_days"),
        ({"workspace_id": 5}, "/workspace_id"),
        ({"colour": "red"}, "/colour"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_token_that_does_not_fit_is_pointed_at(caller, change, pointer):
    body = {"name": "CI", "scopes": ["workspaces:read"], **change}
    problem = caller.refused("POST", TOKENS, 422, "input-invalid", json=body)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_token_for_a_workspace_of_others_is_refused(caller, world):
    there = world.workspace(OTHER)
    body = {"name": "CI", "scopes": ["workspaces:read"], "workspace_id": there}
    caller.refused("POST", TOKENS, 404, "workspace-not-found", json=body)


def test_a_revoked_token_stays_in_the_list_and_ends_at_once(caller, world):
    other = world.caller()
    path = f"{TOKENS}/{other.token_id}"
    caller.send("DELETE", path, 204)
    caller.send("DELETE", path, 204)
    assert caller.get(path).json["revoked_at"] is not None
    other.refused("GET", WORKSPACES, 401, "unauthenticated")


def test_a_token_is_its_municipalitys_own(world):
    there, neighbour = world.caller(), world.caller(OTHER)
    for method in ("GET", "DELETE"):
        neighbour.refused(method, f"{TOKENS}/{there.token_id}", 404, "token-not-found")
    there.get(TOKENS)


def test_a_token_tells_its_bearer_whose_it_is_and_what_it_may_do(world):
    space = world.workspace()
    bound = world.caller(OWN, Permission.INSTALLS_WRITE, Permission.WORKSPACES_READ, workspace_id=space)
    told = bound.get(f"{TOKENS}/own").json
    assert told["municipality"] == {"code": OWN, "name": "みほん市"}
    assert (told["name"], told["scopes"], told["workspace_id"]) == (
        "試験",
        ["installs:write", "workspaces:read"],
        space,
    )
    assert told["expires_at"]
    assert "secret" not in told
    assert world.caller(OTHER).get(f"{TOKENS}/own").json["municipality"]["code"] == OTHER


def test_a_revoked_token_tells_nothing(world, caller):
    world.revoke(caller)
    caller.refused("GET", f"{TOKENS}/own", 401, "unauthenticated")
