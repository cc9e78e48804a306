"""Municipalities by API: found, filtered, and what one shares."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from marketplace.catalog.suggestible import index_municipalities
from marketplace.kernel.actor import SYSTEM
from tests.api.factories import OTHER, OWN, PUBLISHER, SLUG, TEMPLATE

LIST = "/api/v1/municipalities"


@pytest.fixture
def towns(world):
    """公開市 publishes a template, みほん市 uses it, となり市 does neither."""
    world.installed(world.release())
    world.caller(OTHER)
    with world.context(SYSTEM) as ctx:
        index_municipalities(ctx)


@pytest.mark.usefixtures("towns")
def test_municipalities_are_listed_with_what_they_share(stranger):
    found = stranger.get(LIST).json
    counts = [(item["code"], item["template_count"], item["use_count"]) for item in found["items"]]
    assert counts == [(PUBLISHER, 1, 0), (OWN, 0, 1), (OTHER, 0, 0)]
    assert (found["total"], found["next"]) == (3, None)
    assert [value["value"] for value in found["facets"]["sharing"]] == ["publishes", "uses"]


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=公開", [PUBLISHER]),
        ("q=mihon", [PUBLISHER, OWN, OTHER]),
        ("sharing=uses", [OWN]),
        ("sharing=publishes&sharing=uses", [PUBLISHER, OWN]),
        ("prefecture=架空県&size_class=S4&size_class=S5", [PUBLISHER, OWN, OTHER]),
        ("prefecture=北海道", []),
    ],
)
def test_municipalities_are_found_and_filtered(stranger, query, codes):
    assert [item["code"] for item in stranger.get(f"{LIST}?{query}").json["items"]] == codes


@pytest.mark.usefixtures("towns")
def test_the_next_page_keeps_every_value_of_the_question(stranger):
    first = stranger.get(f"{LIST}?limit=1&sharing=publishes&sharing=uses&prefecture=架空県")
    address = first.headers["Link"].partition(">")[0].strip("<")
    asked = parse_qsl(urlsplit(address).query)
    assert [value for name, value in asked if name == "sharing"] == ["publishes", "uses"]
    assert [item["code"] for item in stranger.get(address).json["items"]] == [OWN]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("sharing=uses&sharing=hides", "/sharing"), ("limit=0", "/limit"), ("sort=name", "/sort")],
)
def test_a_query_that_does_not_fit_is_pointed_at(stranger, query, pointer):
    problem = stranger.refused("GET", f"{LIST}?{query}", 422, "input-invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.usefixtures("towns")
def test_one_municipality_tells_what_it_publishes_and_uses(stranger):
    publisher, user = (stranger.get(f"{LIST}/{code}").json for code in (PUBLISHER, OWN))
    assert [item["slug"] for item in publisher["templates"]] == [SLUG] == [item["slug"] for item in user["uses"]]
    assert (user["population"], user["population_date"], user["fictitious"]) == (42000, None, True)
    stranger.refused("GET", f"{LIST}/013030", 404, "municipality-not-found")
    stranger.refused("GET", f"{LIST}/tryout", 404, "municipality-not-found")


def test_documents_tell_which_municipalities_are_verified(world, stranger):
    world.release()
    place = f"/api/v1/municipalities/{PUBLISHER}"
    assert stranger.get(place).json["verified"] is False
    assert stranger.get(TEMPLATE).json["publisher"]["verified"] is False
    world.verify(PUBLISHER)
    assert stranger.get(place).json["verified"] is True
    assert stranger.get(TEMPLATE).json["publisher"]["verified"] is True
    assert stranger.get("/api/v1/templates").json["items"][0]["publisher"]["verified"] is True
