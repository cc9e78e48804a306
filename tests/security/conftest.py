"""Every face of the service, behind the real doors."""

from __future__ import annotations

import pytest

from marketplace.api.v1 import mount_api
from marketplace.db.unit_of_work import Sessions
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.headers import register_headers
from marketplace.edge.problem import register_refusals
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint as kintone_api
from marketplace.web.mounting import mount_pages
from tests.fakes import FixedClock


@pytest.fixture
def app(sessions: Sessions, ports: Ports, clock: FixedClock) -> MarketplaceApp:
    """The application with its pages, its API and the built-in workspaces."""
    made = MarketplaceApp(sessions=sessions, ports=ports, now=clock)
    made.config.update(SECRET_KEY="of the tests", MAX_CONTENT_LENGTH=32 * 1024 * 1024)
    register_refusals(made)
    register_headers(made)
    made.mount(kintone_api, site_caller)
    mount_api(made)
    mount_pages(made)
    return made
