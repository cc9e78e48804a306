"""A browser without a screen: each page it fetches is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.db.unit_of_work import Sessions
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.headers import register_headers
from marketplace.edge.problem import register_refusals
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint as kintone_api
from marketplace.web.mounting import mount_pages
from tests.accounts.factories import PASSWORD, make_person
from tests.fakes import FixedClock
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.web.factories import World
from tests.web.installed_app import InstalledApp
from tests.web.page_rules import check_page


class Browser(FlaskClient):
    """A client that checks what it gets."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(response.get_data(as_text=True))
        return response

    def read(self, address: str, status: int = 200) -> BeautifulSoup:
        """Fetch a page and return it parsed."""
        return parse(self.get(address), status)

    def send(self, address: str, data: dict[str, Any] | None = None, status: int = 303) -> BeautifulSoup:
        """Send a form and return the answer parsed."""
        return parse(self.post(address, data=data or {}), status)


def parse(response: TestResponse, status: int) -> BeautifulSoup:
    soup = BeautifulSoup(response.get_data(as_text=True), "html5lib")
    assert response.status_code == status, words(soup)[:500]
    return soup


def words(soup: BeautifulSoup) -> str:
    """Return the words of a page's main part."""
    return " ".join((soup.main or soup).get_text(" ", strip=True).split())


@pytest.fixture
def app(sessions: Sessions, ports: Ports, clock: FixedClock) -> MarketplaceApp:
    """The application with its pages and the workspaces behind them."""
    made = MarketplaceApp(sessions=sessions, ports=ports, now=clock)
    made.secret_key = "of the tests"
    made.config["PUBLIC_URL"] = "http://localhost"
    made.test_client_class = Browser
    register_headers(made)
    register_refusals(made)
    mount_pages(made)
    made.mount(kintone_api, site_caller)
    return made


@pytest.fixture
def world(app: MarketplaceApp) -> World:
    """What others did before."""
    return World(app)


@pytest.fixture
def browser(app: MarketplaceApp) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: MarketplaceApp, session: Session) -> Callable[..., FlaskClient]:
    """Make a member of a municipality and sign them in."""

    def make(role: str = "admin", code: str = MIHON) -> FlaskClient:
        make_municipality(session, code)
        person = make_person(session)
        make_member(session, code, role, person_id=person.id)
        session.commit()
        browser = app.test_client()
        browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        return browser

    return make


@pytest.fixture
def installed_app(world: World) -> InstalledApp:
    """An app with a field of most kinds and no records."""
    return InstalledApp(world)
