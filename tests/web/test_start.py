"""The start page: what fits the month, how much is shared, what others tell and want."""

from __future__ import annotations

import gzip

import pytest
from sqlalchemy import event

from catalog_tools.expanding import CATALOG
from marketplace.catalog.season import MOST, SEASONS
from marketplace.municipalities.codes import OPERATOR_CODE
from tests.bundle.factories import make_bundle, make_joined_bundle
from tests.web.conftest import words

STATEMENTS = 12
MOST_BYTES = 30_000


def test_every_month_names_templates_that_there_are_and_at_most_six():
    assert sorted(SEASONS) == list(range(1, 13))
    for season in SEASONS.values():
        assert len(set(season.slugs)) == len(season.slugs) <= MOST
        assert [slug for slug in season.slugs if not (CATALOG / slug).is_dir()] == []


def test_it_shows_what_fits_the_month_of_the_service_and_is_there(browser, world):
    for slug in ("handover-notes", "budget-request-hearing", "fire-hydrant-inspection"):
        world.release(make_bundle(slug=slug), publisher=OPERATOR_CODE)
    world.release(make_bundle(slug="childcare-enrollment"))
    page = browser.read("/")
    shown = [link["href"] for link in page.select(".template-line a")]
    assert shown == [
        f"/templates/{OPERATOR_CODE}/{slug}" for slug in ("budget-request-hearing", "fire-hydrant-inspection")
    ]
    assert "11月は、予算のヒアリング" in words(page)


def test_it_counts_what_is_shared_and_leaves_out_what_is_none(browser, world):
    assert browser.read("/").select_one(".figures") is None
    world.release(make_joined_bundle(slug="another"))
    assert words(browser.read("/").select_one(".figures")) == "テンプレート 1 公開・導入している団体 1"
    world.install()
    assert words(browser.read("/").select_one(".figures")) == "テンプレート 2 公開・導入している団体 2 導入 1"


@pytest.mark.parametrize("size", [1, 4])
def test_it_names_stories_and_wanted_apps_for_a_known_number_of_statements(browser, world, engine, size):
    addresses = [world.want(title=f"欲しい{at}") for at in range(size)]
    world.release()
    for _ in range(size):
        world.tell(title="紙をなくした")
    response = browser.get("/")
    assert len(gzip.compress(response.get_data())) <= MOST_BYTES
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page = browser.read("/")
    event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == STATEMENTS, sent
    linked = [link["href"] for link in page.select(".voices li a")]
    assert len([each for each in linked if each in addresses]) == min(size, 3)
    assert words(page.select_one(".voices")).count("紙をなくした") == min(size, 3)
