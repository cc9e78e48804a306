"""Reviews by API: one for each municipality that installed, safe against lost updates."""

from __future__ import annotations

import pytest

from tests.api.factories import OTHER, OWN, TEMPLATE

REVIEWS = f"{TEMPLATE}/reviews"


@pytest.fixture
def reviewer(caller, world):
    """A municipality that installed the template."""
    world.installed(world.release())
    return caller


def test_a_review_is_kept_once_for_each_municipality(reviewer, stranger):
    reviewer.send("PUT", REVIEWS, 200, json={"stars": 5, "text": "すぐ使えました。"})
    second = reviewer.send("PUT", REVIEWS, 200, json={"stars": 4, "text": "二年目です。"})
    listed = stranger.get(REVIEWS).json
    assert listed["items"] == [second.json]
    assert listed["distribution"] == {"5": 0, "4": 1, "3": 0, "2": 0, "1": 0}
    assert stranger.get(TEMPLATE).json["rating"]["average"] == 4.0
    assert reviewer.get(f"{REVIEWS}/own").json == second.json


def test_a_review_that_is_not_there_is_not_found(reviewer):
    reviewer.refused("GET", f"{REVIEWS}/own", 404, "not-found")
    reviewer.refused("DELETE", REVIEWS, 404, "not-found")


def test_a_deleted_review_no_longer_counts(reviewer, stranger):
    reviewer.send("PUT", REVIEWS, 200, json={"stars": 5})
    assert reviewer.send("DELETE", REVIEWS, 204).get_data() == b""
    assert stranger.get(REVIEWS).json["items"] == []
    assert stranger.get(TEMPLATE).json["rating"]["count"] == 0


@pytest.mark.parametrize("stars", [0, 6, -1, 4.5, "five", None, True, [5], {"n": 5}, 10**30], ids=str)
def test_stars_are_whole_numbers_from_one_to_five(reviewer, stars):
    problem = reviewer.refused("PUT", REVIEWS, 422, "input-invalid", json={"stars": stars})
    assert problem["errors"][0]["pointer"] == "/stars"


def test_only_who_installed_may_review(world, reviewer):
    world.caller(OTHER).refused("PUT", REVIEWS, 403, "review-needs-installation", json={"stars": 5})


def test_nobody_reviews_the_own_template(world):
    world.release()
    world.caller("993018").refused("PUT", REVIEWS, 403, "review-own-template", json={"stars": 5})


def test_a_review_is_about_an_installed_version(reviewer):
    body = {"stars": 5, "version": "2.0.0"}
    problem = reviewer.refused("PUT", REVIEWS, 422, "review-version-not-installed", json=body)
    assert problem["params"] == {"installed": "1.0.0"}


def test_a_write_from_an_older_state_is_refused_and_changes_nothing(reviewer):
    first = reviewer.send("PUT", REVIEWS, 200, json={"stars": 5})
    second = reviewer.send("PUT", REVIEWS, 200, json={"stars": 4}, headers={"If-Match": first.headers["ETag"]})
    for method, body in (("PUT", {"stars": 1}), ("DELETE", None)):
        stale = {"If-Match": first.headers["ETag"]}
        reviewer.refused(method, REVIEWS, 412, "state-changed", json=body, headers=stale)
    now = reviewer.get(f"{REVIEWS}/own")
    assert (now.json["stars"], now.headers["ETag"]) == (4, second.headers["ETag"])
    reviewer.send("DELETE", REVIEWS, 204, headers={"If-Match": now.headers["ETag"]})


def test_a_review_can_be_written_only_if_there_is_none(reviewer):
    none_yet = {"If-None-Match": "*"}
    reviewer.send("PUT", REVIEWS, 200, json={"stars": 5}, headers=none_yet)
    reviewer.refused("PUT", REVIEWS, 412, "state-changed", json={"stars": 4}, headers=none_yet)


def test_what_must_match_must_exist(reviewer):
    reviewer.refused("PUT", REVIEWS, 412, "state-changed", json={"stars": 4}, headers={"If-Match": "*"})


def test_a_stranger_learns_nothing_by_a_precondition(stranger, world):
    world.release()
    headers = {"If-Match": '"x"'}
    stranger.refused("PUT", REVIEWS, 401, "unauthenticated", json={"stars": 5}, headers=headers)


def test_the_pages_of_reviews_are_joined_by_links(world, stranger, clock):
    version = world.release()
    for code in (OWN, OTHER, "993034"):
        world.installed(version, code)
        world.caller(code).send("PUT", REVIEWS, 200, json={"stars": 3})
        clock.advance(minutes=1)
    first = stranger.get(f"{REVIEWS}?limit=2")
    address = first.headers["Link"].partition(">")[0].lstrip("<")
    assert "limit=2" in address
    second = stranger.get(address)
    codes = [review["municipality"]["code"] for review in first.json["items"] + second.json["items"]]
    assert codes == ["993034", OTHER, OWN]
    assert "Link" not in second.headers
