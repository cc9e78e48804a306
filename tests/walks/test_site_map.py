"""No page of the URL map is forgotten."""

from __future__ import annotations

from collections import defaultdict

import pytest

from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.ports import Ports
from marketplace.web.mounting import mount_pages
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.walks.site_map import EXCEPTIONS, NOWHERE, PAGES


@pytest.fixture(scope="module")
def app() -> MarketplaceApp:
    """The application with nothing but the addresses of its pages."""
    made = MarketplaceApp(sessions=None, ports=Ports(MemoryBlobStore(), RecordingQueue()), now=FixedClock())
    made.secret_key = "of the tests"
    mount_pages(made)
    return made


def endpoint_of(app: MarketplaceApp, path: str) -> str:
    """Return the name of the page at an address."""
    address = path.partition("?")[0].format_map(defaultdict(lambda: "x"))
    with app.test_request_context() as request:
        return str(request.url_adapter.match(address, method="GET")[0])


def test_every_page_is_looked_at_or_left_out_for_a_reason(app):
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - {"static"}
    looked_at = {endpoint_of(app, page.path) for page in PAGES if page.path not in NOWHERE}
    assert sorted(pages - looked_at - EXCEPTIONS.keys()) == []
    assert sorted(EXCEPTIONS.keys() & looked_at) == [], "looked at after all"
    assert sorted(EXCEPTIONS.keys() - pages) == [], "no page at all"
