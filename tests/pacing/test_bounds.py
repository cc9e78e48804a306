"""How many requests callers may send: per token, per municipality, per address of strangers."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from tests.accounts.factories import PASSWORD, make_person
from tests.api.factories import OTHER, OWN, Caller
from tests.municipalities.factories import make_member, make_municipality

READ = "/api/v1/tokens/own"
PUBLIC = "/api/v1/signing-keys"


def statuses(caller: Caller, times: int, path: str = READ, **options: object) -> list[int]:
    return [caller.send("GET", path, **options).status_code for _ in range(times)]


def test_a_token_has_its_own_bound(world):
    assert statuses(world.caller(), 5) == [200] * 4 + [429]


def test_the_tokens_of_a_municipality_share_a_second_bound(world):
    assert statuses(world.caller(), 4) == [200] * 4
    assert statuses(world.caller(), 4) == [200] * 2 + [429] * 2


def test_a_municipality_behind_the_same_address_is_not_blocked_by_another(world):
    assert statuses(world.caller(OWN), 5)[-1] == 429
    assert statuses(world.stranger(), 4, PUBLIC)[-1] == 429
    assert statuses(world.caller(OTHER), 4) == [200] * 4


def test_strangers_share_the_bound_of_their_address(world):
    first, second = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    assert statuses(world.stranger(), 4, PUBLIC, environ_base=first) == [200] * 3 + [429]
    assert statuses(world.stranger(), 1, PUBLIC, environ_base=second) == [200]


def test_one_network_of_ipv6_is_one_address(world):
    addresses = [f"2001:db8:0:1::{number}" for number in range(1, 5)]
    answers = [world.stranger().send("GET", PUBLIC, environ_base={"REMOTE_ADDR": one}).status_code for one in addresses]
    assert answers == [200] * 3 + [429]
    assert statuses(world.stranger(), 1, PUBLIC, environ_base={"REMOTE_ADDR": "2001:db8:0:2::1"}) == [200]


def test_windows_move_with_the_clock(world, clock):
    caller = world.caller()
    assert statuses(caller, 5)[-1] == 429
    clock.advance(seconds=90)
    assert statuses(caller, 1) == [200], "half of what was before counts no more"
    clock.advance(minutes=2)
    assert statuses(caller, 4) == [200] * 4


def test_a_token_that_does_not_count_is_counted_as_a_stranger(world):
    wrong = Caller(world.app.test_client(), "yktn_wrong")
    assert statuses(wrong, 4) == [401] * 3 + [429]
    assert statuses(world.caller(), 1) == [200]


def test_looking_without_the_content_counts_once(world):
    stranger = world.stranger()
    tag = stranger.get("/api/v1/openapi.json").headers["ETag"]
    assert stranger.send("HEAD", "/api/v1/openapi.json").status_code == 200
    assert stranger.send("GET", "/api/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304
    assert stranger.send("GET", "/api/v1/openapi.json").status_code == 429


def test_kinds_of_work_are_counted_apart(world):
    stranger = world.stranger()
    assert statuses(stranger, 4, PUBLIC)[-1] == 429
    assert statuses(stranger, 3, "/api/v1/templates") == [200] * 2 + [429]


def test_signed_in_people_are_counted_by_themselves(app, session):
    make_municipality(session, OWN)
    person = make_person(session)
    make_member(session, OWN, "admin", person_id=person.id)
    session.commit()
    browser, stranger = app.test_client(), app.test_client()
    assert browser.post("/sign-in", data={"email": person.email, "password": PASSWORD}).status_code == 303
    assert [stranger.get("/help").status_code for _ in range(4)][-1] == 429
    assert [browser.get("/account").status_code for _ in range(5)] == [200] * 4 + [429]


def test_a_page_tells_what_happened_in_the_language_of_the_reader(app):
    browser = app.test_client()
    answers = [browser.get("/help?lang=en") for _ in range(4)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 61
    assert "Too many requests in a short time." in answers[-1].get_data(as_text=True)
    assert "短い時間に" in browser.get("/help").get_data(as_text=True)


def test_what_needs_no_door_is_not_counted(app):
    assert {app.test_client().get("/healthz").status_code for _ in range(5)} <= {200, 503}
    assert {app.test_client().get("/static/nothing.css").status_code for _ in range(5)} == {404}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_counting_and_refusing_makes_no_statement(world, engine):
    stranger, seen = world.stranger(), []
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    statuses(stranger, 3, PUBLIC)
    before = len(seen)
    assert statuses(stranger, 1, PUBLIC) == [429]
    assert [each for each in seen[before:] if "SAVEPOINT" not in each] == []


def test_the_headers_tell_what_is_left(world, clock):
    clock.advance(seconds=-(clock().timestamp() % 60))
    caller = world.caller()
    first, last = caller.get(READ), [caller.send("GET", READ) for _ in range(4)][-1]
    policy = '"reads-caller";q=4;w=60, "reads-municipality";q=6;w=60'
    assert first.headers["RateLimit-Policy"] == policy
    assert first.headers["RateLimit"] == '"reads-caller";r=3;t=61, "reads-municipality";r=5;t=61'
    assert last.headers["RateLimit"] == '"reads-caller";r=0;t=61'
    assert last.headers["Retry-After"] == "61"
    body = last.get_json()
    assert last.mimetype == "application/problem+json"
    assert body["code"] == "too-many-requests"
    assert body["params"] == {"retry_after": 61}
    assert last.headers["Cache-Control"] == "no-store"


def test_waiting_as_long_as_told_is_enough(world, clock):
    caller = world.caller()
    for _ in range(30):
        answer = caller.send("GET", READ)
        if answer.status_code == 429:
            clock.advance(seconds=int(answer.headers["Retry-After"]))
            assert caller.send("GET", READ).status_code == 200
        clock.advance(seconds=7)


def test_an_answer_for_everybody_tells_no_one_s_balance(world):
    answer = world.stranger().get(PUBLIC)
    assert re.fullmatch(r'"reads-address";q=3;w=60', answer.headers["RateLimit-Policy"])
    assert "RateLimit" not in answer.headers


def test_writes_are_counted_by_a_bound_of_their_own(world):
    caller = world.caller()
    answers = [caller.send("POST", "/api/v1/tokens", json={}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]
    assert statuses(caller, 1) == [200]
