"""Suggestions while somebody types."""

from __future__ import annotations

import pytest

from marketplace.catalog.suggestible import index_categories, index_municipalities
from marketplace.kernel.actor import SYSTEM
from tests.api.factories import PUBLISHER, SLUG

PATH = "/api/v1/suggestions"


@pytest.fixture
def released(world):
    """One template, and everything that can be suggested."""
    world.release()
    with world.context(SYSTEM) as ctx:
        index_categories(ctx)
        index_municipalities(ctx)


@pytest.mark.usefixtures("released")
def test_a_name_half_typed_suggests_where_to_go(stranger):
    found = stranger.get(PATH, query_string={"q": "ほじょk"}).json
    [template] = found["templates"]
    assert (template["publisher"]["code"], template["slug"]) == (PUBLISHER, SLUG)
    assert set(template["name"]) == {"ja", "en"}
    [category] = stranger.get(PATH, query_string={"q": "産業・"}).json["categories"]
    assert (category["id"], category["template_count"]) == ("sangyo", 1)
    found = stranger.get(PATH, query_string={"q": "公開"}).json["municipalities"]
    assert found == [{"code": PUBLISHER, "name": "公開市", "prefecture": "架空県", "template_count": 1}]


def test_suggestions_may_be_kept_for_a_minute(stranger):
    answer = stranger.get(PATH, query_string={"q": "備"})
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.json == {"templates": [], "categories": [], "municipalities": []}


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "　"}, {"q": "長" * 10_000}, {"q": "' OR '1"}], ids=str)
def test_nothing_typed_is_refused(stranger, query):
    assert stranger.get(PATH, query_string=query).json["templates"] == []


def test_more_than_ten_thousand_characters_are_refused(stranger):
    problem = stranger.refused("GET", PATH, 422, "input-invalid", query_string={"q": "長" * 10_001})
    assert [error["pointer"] for error in problem["errors"]] == ["/q"]
