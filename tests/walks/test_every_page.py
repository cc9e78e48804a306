"""Every page keeps the rules of WCAG 2.2 AA in both languages, and costs the statements that are known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.test_cost import counted
from tests.e2e.axe import problems
from tests.e2e.browser import open_page
from tests.sampling import THOROUGH
from tests.walks.furnished import Furnished
from tests.walks.place import Place
from tests.walks.site_map import PAGES, Page
from tests.walks.walker import View, Walker

COUNTS = Path(__file__).parent / "statements.json"
REFRESH = "UPDATE_STATEMENTS"
READERS = ("visitor", "officer", "operator")
IN_TURNS = [("ja", 0), ("en", 1), pytest.param("en", 0, marks=THOROUGH), pytest.param("ja", 1, marks=THOROUGH)]
"""The pages one by one in turns in both languages, and the other way round where everything is tried."""
REST = "main section:nth-of-type(n + 6)"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A running service on which every page has something to show."""
    made = Furnished(Place(tmp_path_factory.mktemp("furnished")))
    made.place.start()
    made.furnish()
    yield made
    made.place.runtime.engine.dispose()
    made.place.stop()


def test_no_page_costs_more_statements_than_is_known(site):
    """With UPDATE_STATEMENTS=1 the table is written anew, to be looked through as a change of the code."""
    found = {page.path: statements(site, page) for page in PAGES}
    if REFRESH in os.environ:
        COUNTS.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    known = json.loads(COUNTS.read_text(encoding="utf-8"))
    assert known.keys() == found.keys()
    assert {path: (known[path], count) for path, count in found.items() if count > known[path]} == {}


def statements(site: Furnished, page: Page) -> int:
    """Count the statements of a page that was read before: what a process remembers, it need not ask for."""
    address = site.address(page.path)
    _read(site, page, address)
    with counted(site.place.runtime.engine) as sent:
        _read(site, page, address)
    return len(sent)


def _read(site: Furnished, page: Page, address: str) -> None:
    answer = site.clients[page.reader].get(address)
    expected = 404 if page.path == "/no-such-page" else 200
    assert answer.status_code == expected, (page, answer.headers, answer.get_data(as_text=True)[-3000:])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("language", "first"), IN_TURNS)
def test_no_page_breaks_a_rule(site, chromium, language, first, reader):
    view = View("phone", language)
    found = {}
    with open_page(chromium, view.size, site.place.address, locale=view.locale) as opened:
        walker = Walker(*opened, view)
        if reader in site.people:
            walker.sign_in(site.people[reader])
        for page in [page for page in PAGES if page.reader == reader][first::2]:
            walker.page.goto(site.address(page.path))
            found[page.path] = problems(walker.page)
            assert walker.page.locator("html").get_attribute("lang") == language, page
    assert {path: rules for path, rules in found.items() if rules} == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_documentation_of_the_api_breaks_no_rule(site, chromium, language):
    """Its two hundred operations are alike: rules are tried on the frame and on the first of them."""
    with open_page(chromium, "desktop", site.place.address, locale=View("desktop", language).locale) as (page, _faults):
        page.goto("/docs/api")
        assert problems(page, {"exclude": [[REST]]}) == []
