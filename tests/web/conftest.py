"""A browser without a screen: each page it fetches is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.db.unit_of_work import Sessions
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.compression import register_compression
from marketplace.edge.headers import register_headers
from marketplace.edge.observing import Watch, register_observation
from marketplace.edge.problem import register_refusals
from marketplace.edge.public_answers import register_public_answers
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint as kintone_api
from marketplace.web.mounting import mount_pages
from tests.accounts.factories import PASSWORD, make_person
from tests.conftest import make_ports, undone
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.own_database import own_database
from tests.web.factories import World
from tests.web.installed_app import InstalledApp
from tests.web.page_rules import check_page
from tests.web.prepared import Prepared


class Browser(FlaskClient):
    """A client that checks what it gets."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            vars(response)["page"] = check_page(response.get_data(as_text=True))
        return response

    def read(self, address: str, status: int = 200) -> BeautifulSoup:
        """Fetch a page and return it parsed."""
        return parse(self.get(address), status)

    def send(self, address: str, data: dict[str, Any] | None = None, status: int = 303) -> BeautifulSoup:
        """Send a form and return the answer parsed."""
        return parse(self.post(address, data=data or {}), status)


def parse(response: TestResponse, status: int) -> BeautifulSoup:
    soup = vars(response).get("page") or BeautifulSoup(response.get_data(as_text=True), "html5lib")
    assert response.status_code == status, words(soup)[:500]
    return soup


def words(soup: BeautifulSoup) -> str:
    """Return the words of a page's main part."""
    return " ".join((soup.main or soup).get_text(" ", strip=True).split())


@pytest.fixture(scope="session")
def mounted() -> MarketplaceApp:
    """The application, mounted once: mounting and compiling the templates of pages cost more than most tests."""
    made = MarketplaceApp(sessions=None, ports=Ports(MemoryBlobStore(), RecordingQueue()), now=FixedClock())
    made.secret_key = "of the tests"
    made.config["PUBLIC_URL"] = "http://localhost"
    made.test_client_class = Browser
    register_compression(made)
    register_public_answers(made)
    register_headers(made)
    register_refusals(made)
    mount_pages(made)
    made.mount(kintone_api, site_caller)
    register_observation(made, Watch())
    return made


@pytest.fixture(scope="module")
def prepared(
    request: pytest.FixtureRequest,
    engine: Engine,
    mounted: MarketplaceApp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Prepared]:
    """A database of the module's own for those of its tests that ask for it."""
    with own_database(request, tmp_path_factory.mktemp("prepared"), engine.dialect.name) as own:
        yield Prepared(mounted, own, make_ports())


@pytest.fixture
def sessions(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Sessions]:
    """What units of work open their sessions from; everything but what was prepared is rolled back after the test."""
    with undone(request.getfixturevalue("prepared").engine if _is_prepared(request) else engine) as made:
        yield made


@pytest.fixture
def ports(request: pytest.FixtureRequest) -> Ports:
    """What a test's service is wired to."""
    return request.getfixturevalue("prepared").ports_of_test() if _is_prepared(request) else make_ports()


def _is_prepared(request: pytest.FixtureRequest) -> bool:
    return "prepared" in request.fixturenames


@pytest.fixture
def app(mounted: MarketplaceApp, sessions: Sessions, ports: Ports, clock: FixedClock) -> MarketplaceApp:
    """The application with its pages and the workspaces behind them, on what belongs to the test."""
    mounted.sessions, mounted.ports, mounted.now = sessions, ports, clock
    return mounted


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


@pytest.fixture(scope="module")
def installed_app(prepared: Prepared) -> InstalledApp:
    """An app with a field of most kinds and no records."""
    return InstalledApp(prepared.world())
