"""Each walk through the site is made on phone and desktop, in Japanese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import open_page, running_chromium
from tests.walks.place import Place
from tests.walks.walker import View, Walker

VIEWS = [View(size, language) for size, language in product(("phone", "desktop"), ("ja", "en"))]
OFTEN = (VIEWS[0], VIEWS[-1])
"""On a phone in Japanese, and on a desktop in English."""
MAIN = "main"
"""The walk that `make test` makes too, in one view."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every walk its four views; all but the first view of the main walk are slow."""
    if "walker" in metafunc.fixturenames:
        metafunc.parametrize("view", VIEWS, ids=str, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make the main walks quick, and the others slow in one of two views in turn; leave the rest to who wants all."""
    views = {item: item.callspec.params["view"] for item in items if "view" in _parameters(item)}
    flows = sorted({item.originalname for item in views})
    for item, view in views.items():
        is_main = item.get_closest_marker(MAIN) is not None
        item.add_marker(pytest.mark.timeout(240))
        if is_main and view == VIEWS[0]:
            continue
        item.add_marker(pytest.mark.slow)
        if view != (OFTEN[1] if is_main else OFTEN[flows.index(item.originalname) % 2]):
            item.add_marker(pytest.mark.thorough)


def _parameters(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running service that all walks share; whoever changes something makes a thing of their own."""
    made = Place(tmp_path_factory.mktemp("walks"))
    made.start()
    yield made
    made.runtime.engine.dispose()
    made.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the walks of a module; each has its own context."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def view(request: pytest.FixtureRequest) -> View:
    """The size of the screen and the language."""
    return request.param


@pytest.fixture
def walkers(chromium: Browser, place: Place, view: View) -> Iterator[Callable[[], Walker]]:
    """Make people who walk at the same time; when all is over, none of them may have met a fault."""
    with ExitStack() as stack:
        made: list[Walker] = []

        def make() -> Walker:
            opened = open_page(chromium, view.size, place.address, locale=view.locale)
            made.append(Walker(*stack.enter_context(opened), view))
            return made[-1]

        yield make
        assert [fault for each in made for fault in each.unexpected_faults()] == []


@pytest.fixture
def walker(walkers: Callable[[], Walker]) -> Walker:
    """Somebody with a browser."""
    return walkers()
