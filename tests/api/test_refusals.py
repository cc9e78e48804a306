"""What every endpoint refuses: unknown callers, hostile addresses, bodies that are no JSON objects."""

from __future__ import annotations

import pytest

from marketplace.kernel.actor import Permission
from tests.api.factories import OTHER, OWN, SLUG, TEMPLATE

ORDER = {"template": f"993018/{SLUG}"}


@pytest.mark.parametrize("path", ["/api/v1/drafts", "/api/v1/workspaces", "/api/v1/tokens", "/api/v1/installations"])
def test_private_lists_need_a_token(stranger, path):
    problem = stranger.send("GET", path, 401)
    assert problem.json["code"] == "unauthenticated"
    assert problem.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer yktn_unknown",
        "Bearer ",
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "Bearer yktn_\xe9",
        "yktn_alone",
        "Bearer " + "x" * 5000,
    ],
    ids=lambda header: header[:20],
)
@pytest.mark.parametrize("path", ["/api/v1/workspaces", "/api/v1/templates"])
def test_a_token_that_does_not_count_is_refused_also_where_none_is_needed(stranger, path, header):
    stranger.refused("GET", path, 401, "unauthenticated", headers={"Authorization": header})


def test_an_expired_token_is_refused(world, clock):
    caller = world.caller(days=1)
    caller.get("/api/v1/workspaces")
    clock.advance(days=1)
    caller.refused("GET", "/api/v1/workspaces", 401, "unauthenticated")


def test_a_revoked_token_is_refused(world):
    caller = world.caller()
    world.revoke(caller)
    caller.refused("GET", "/api/v1/workspaces", 401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path", "needs"),
    [
        ("GET", "/api/v1/workspaces", Permission.WORKSPACES_READ),
        ("POST", "/api/v1/workspaces", Permission.WORKSPACES_MANAGE),
        ("GET", "/api/v1/drafts", Permission.TEMPLATES_PUBLISH),
        ("GET", "/api/v1/drafts/x", Permission.TEMPLATES_PUBLISH),
        ("POST", "/api/v1/drafts/x/release", Permission.TEMPLATES_PUBLISH),
        ("GET", "/api/v1/tokens", Permission.TOKENS_MANAGE),
        ("POST", "/api/v1/tokens", Permission.TOKENS_MANAGE),
        ("GET", "/api/v1/installations", Permission.WORKSPACES_READ),
        ("PUT", f"{TEMPLATE}/reviews", Permission.REVIEWS_WRITE),
        ("DELETE", f"{TEMPLATE}/reviews", Permission.REVIEWS_WRITE),
        ("GET", f"{TEMPLATE}/reviews/own", Permission.REVIEWS_WRITE),
    ],
)
def test_a_missing_permission_is_named(world, method, path, needs):
    world.release()
    other = Permission.MEMBERS_MANAGE
    problem = world.caller(OWN, other).refused(
        method, path, 403, "forbidden", json={} if method in {"POST", "PUT"} else None
    )
    assert problem["params"] == {"needs": needs.value}
    assert needs.value in problem["detail"]


def test_installing_needs_its_permission(world):
    path = f"/api/v1/workspaces/{world.workspace()}/imports"
    world.release()
    problem = world.caller(OWN, Permission.WORKSPACES_READ).refused("POST", path, 403, "forbidden", json=ORDER)
    assert problem["params"] == {"needs": "installs:write"}


def test_another_municipality_sees_of_a_workspace_what_it_sees_of_none(world):
    there, neighbour = world.workspace(), world.caller(OTHER)
    for path in ("/api/v1/workspaces/{}", "/api/v1/workspaces/{}/imports", "/api/v1/workspaces/{}/installations"):
        problems = []
        for workspace_id in (there, "a" * 16):
            problem = neighbour.send("GET", path.format(workspace_id), 404).json
            assert problem.pop("instance") == path.format(workspace_id)
            problems.append(problem)
        assert problems[0] == problems[1]


def test_a_token_bound_to_one_workspace_reaches_no_other(world):
    here, there = world.workspace(), world.workspace()
    bound = world.caller(workspace_id=here)
    assert [space["id"] for space in bound.get("/api/v1/workspaces").json["items"]] == [here]
    bound.get(f"/api/v1/workspaces/{here}/imports")
    world.release()
    for path in (f"/api/v1/workspaces/{there}", f"/api/v1/workspaces/{there}/imports"):
        bound.send("GET", path, 404)
    bound.send("POST", f"/api/v1/workspaces/{there}/imports", 404, json=ORDER)
    bound.refused("POST", "/api/v1/workspaces", 403, "forbidden", json={"name": "もう一つ"})
    bound.refused("GET", "/api/v1/tokens", 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"12",
        b"\xff\xfe",
        '{"name": "名"}'.encode("cp932"),
        '{"name": "a"}'.encode("utf-16"),
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"[" * 100_000,
        b'{"name": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: repr(body)[:24],
)
def test_a_body_that_is_no_json_object_is_refused(caller, body):
    headers = {"Content-Type": "application/json"}
    caller.refused("POST", "/api/v1/workspaces", 400, "bad-request", data=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/name"]),
        ({"name": None}, ["/name"]),
        ({"name": 5}, ["/name"]),
        ({"name": ["a"]}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": "a\x00b"}, ["/name"]),
        ({"name": "長" * 101}, ["/name"]),
        ({"name": "本番", "a/b~c": 1}, ["/a~1b~0c"]),
        ({"name": "本番", "名前": 1, "\x00": 2}, ["/\x00", "/名前"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_item_that_does_not_fit_is_pointed_at(caller, body, pointers):
    problem = caller.refused("POST", "/api/v1/workspaces", 422, "input-invalid", json=body)
    assert sorted(error["pointer"] for error in problem["errors"]) == pointers
    assert all(error["message"] for error in problem["errors"])


def test_a_body_over_a_megabyte_is_refused(caller):
    caller.refused("POST", "/api/v1/workspaces", 413, "too-large", json={"name": "a" * 1024 * 1024})


def test_an_upload_over_the_limit_is_refused(caller):
    headers = {"Content-Type": "application/zip"}
    caller.refused("POST", "/api/v1/drafts", 413, "too-large", data=b"0" * (32 * 1024 * 1024 + 1), headers=headers)


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/api/v1/workspaces", "text/plain"),
        ("/api/v1/workspaces", "application/x-www-form-urlencoded"),
        ("/api/v1/drafts", "application/json"),
        ("/api/v1/drafts", "text/html"),
        ("/api/v1/drafts", ""),
    ],
)
def test_another_type_of_data_is_refused(caller, path, media):
    caller.refused("POST", path, 415, "media-type-unsupported", data=b"{}", headers={"Content-Type": media})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/templates", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/api/v1/workspaces", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PUT", "/api/v1/tokens/x", {"GET", "HEAD", "OPTIONS", "DELETE"}),
    ],
)
def test_a_method_that_an_address_lacks_is_refused_with_those_it_has(caller, method, path, allowed):
    answer = caller.send(method, path, 405)
    assert answer.json["code"] == "method-not-allowed"
    assert set(answer.allow) == allowed


HOSTILE = [
    "%00",
    "%0a",
    "a%00b",
    "%1b",
    "%7f",
    "%c2%85",
    "%2e%2e",
    "%2e%2e%2fetc%2fpasswd",
    "%ff%fe",
    "%ed%a0%80",
    "%f0%9f%98%80",
    "😀",
    "'; DROP TABLE templates; --",
    "%25s",
    "{0}",
    "a" * 5000,
    "%E3%81%82" * 500,
]


@pytest.mark.parametrize("word", HOSTILE, ids=lambda word: word[:16])
def test_hostile_words_in_a_path_find_nothing_and_break_nothing(caller, world, word):
    world.release()
    for path in (
        f"/api/v1/templates/{word}/{SLUG}",
        f"/api/v1/templates/993018/{word}",
        f"{TEMPLATE}/versions/{word}",
        f"{TEMPLATE}/versions/{word}/bundle",
        f"{TEMPLATE}/versions/1.0.0/diff/{word}",
        f"/api/v1/drafts/{word}",
        f"/api/v1/imports/{word}",
        f"/api/v1/imports/{word}/receipt",
        f"/api/v1/workspaces/{word}",
        f"/api/v1/workspaces/{word}/imports",
        f"/api/v1/installations/{word}",
        f"/api/v1/tokens/{word}",
    ):
        assert caller.send("GET", path).status_code == 404, path
    assert caller.send("DELETE", f"/api/v1/tokens/{word}").status_code == 404
    assert caller.send("POST", f"/api/v1/imports/{word}/cancellation").status_code == 404


@pytest.mark.parametrize("word", HOSTILE, ids=lambda word: word[:16])
def test_hostile_words_in_a_query_break_nothing(stranger, word):
    for name in ("q", "category", "publisher", "department", "cursor", "sort", "limit"):
        assert stranger.send("GET", f"/api/v1/templates?{name}={word}").status_code in {200, 400, 422}


@pytest.mark.parametrize("word", ["%00", "%1b", "a%00b"])
def test_control_characters_in_a_query_are_refused(stranger, word):
    stranger.refused("GET", f"/api/v1/templates?q={word}", 400, "bad-request")


@pytest.mark.parametrize("word", ["\ud800", "\x00", "😀", "a" * 300, "../../x", "{}"], ids=ascii)
def test_hostile_words_in_an_order_break_nothing(caller, world, word):
    workspace_id = world.workspace()
    world.release()
    for body in ({"template": word}, {**ORDER, "version": word}, {**ORDER, "placeholders": {word: "a"}}, {word: 1}):
        answer = caller.send("POST", f"/api/v1/workspaces/{workspace_id}/imports", json=body)
        assert answer.status_code in {400, 404, 422}


def test_an_unknown_address_is_answered_in_json(stranger):
    problem = stranger.refused("GET", "/api/v1/nothing", 404, "not-found")
    assert problem["type"] == "/docs/errors#not-found"
    assert problem["instance"] == "/api/v1/nothing"
