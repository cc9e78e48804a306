"""Stories by API: told by members, read by everybody, safe against lost updates."""

from __future__ import annotations

import pytest

from tests.api.factories import OTHER, OWN, PUBLISHER, SLUG
from tests.community.factories import story_data

STORIES = "/api/v1/stories"
NAME = f"{PUBLISHER}/{SLUG}"


def tell(caller, **data):
    return caller.post(STORIES, 201, json=story_data(template=NAME, **data))


@pytest.fixture
def teller(world, caller):
    """A municipality, beside a template that it did not install."""
    world.release()
    return caller


def test_a_story_is_told_once_for_each_key_and_read_by_everybody(teller, stranger):
    sent = {"json": story_data(template=NAME, hours_saved=120), "headers": {"Idempotency-Key": "k1"}}
    made = [teller.post(STORIES, 201, **sent) for _ in range(2)]
    assert made[0].json == made[1].json
    address = made[0].headers["Location"]
    shown = stranger.get(address)
    assert shown.json == made[0].json
    assert (shown.json["municipality"]["code"], shown.json["hours_saved"]) == (OWN, 120)
    assert shown.json["is_installed"] is False
    assert stranger.get(STORIES).json["items"] == [shown.json]
    assert stranger.get(address, 304, headers={"If-None-Match": shown.headers["ETag"]}).get_data() == b""


def test_stories_are_searched_filtered_counted_and_paged(world, teller, stranger, clock):
    for title in ("集計の話", "窓口の話", "電卓の話"):
        tell(teller, title=title)
        clock.advance(minutes=1)
    world.caller(OTHER).post(STORIES, 201, json=story_data(template=NAME, title="となりの話"))
    first = stranger.get(f"{STORIES}?template={NAME}&municipality={OWN}&limit=2").json
    assert [story["title"] for story in first["items"]] == ["電卓の話", "窓口の話"]
    assert (first["total"], first["facets"]["category"][0]["count"]) == (3, 3)
    address = stranger.get(f"{STORIES}?limit=2").headers["Link"].partition(">")[0].lstrip("<")
    assert [story["title"] for story in stranger.get(address).json["items"]] == ["窓口の話", "集計の話"]
    assert stranger.get(f"{STORIES}?q=まどぐち&sort=relevance").json["items"][0]["title"] == "窓口の話"
    assert stranger.get(f"{STORIES}?template=nobody/nothing").json["total"] == 0
    stranger.refused("GET", f"{STORIES}?sort=rating", 422, "input-invalid")
    stranger.refused("GET", f"{STORIES}?cursor=x", 422, "cursor-invalid")


def test_a_write_from_an_older_state_is_refused_and_changes_nothing(teller, stranger):
    first = tell(teller)
    address = first.headers["Location"]
    tag = stranger.get(address).headers["ETag"]
    second = teller.send("PUT", address, 200, json=story_data(title="二度目"), headers={"If-Match": tag})
    for method, body in (("PUT", story_data(title="三度目")), ("DELETE", None)):
        teller.refused(method, address, 412, "state-changed", json=body, headers={"If-Match": tag})
    assert stranger.get(address).json == second.json
    teller.send("DELETE", address, 204, headers={"If-Match": second.headers["ETag"]})
    stranger.refused("GET", address, 404, "story-not-found")
    teller.refused("PUT", address, 404, "story-not-found", json=story_data())


def test_another_municipality_can_not_even_ask_for_the_state(world, teller):
    address = tell(teller).headers["Location"]
    for headers in ({}, {"If-Match": '"x"'}):
        world.caller(OTHER).refused("PUT", address, 404, "story-not-found", json=story_data(), headers=headers)
        world.caller(OTHER).refused("DELETE", address, 404, "story-not-found", headers=headers)


def test_what_may_point_to_a_person_is_refused_at_its_place(teller):
    body = story_data(template=NAME, effect="問い合わせは 090-1234-5678 へ")
    problem = teller.refused("POST", STORIES, 422, "input-invalid", json=body)
    [error] = problem["errors"]
    assert error["pointer"] == "/effect"
    assert "090-1234-5678" in str(error)


def test_a_story_needs_a_template_that_is_there(teller):
    teller.refused("POST", STORIES, 404, "template-not-found", json=story_data(template="nobody/nothing"))
    teller.refused("POST", STORIES, 422, "input-invalid", json=story_data())
    teller.refused("PUT", tell(teller).headers["Location"], 422, "input-invalid", json=story_data(template=NAME))
