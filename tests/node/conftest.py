"""Sites served over HTTP for the official Node programs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.clock import utc_now
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites, tokens
from marketplace.sandbox.apps import find_app
from tests.fakes import MemoryBlobStore, RecordingQueue
from tests.kintone_api.conftest import PASSWORD, SITE, Kintone, credentials
from tests.node.client import install_client

LOGIN = "admin"


@dataclass(frozen=True)
class Served:
    """A site under an address; `kintone` reaches the same site from inside, to compare."""

    address: str
    kintone: Kintone
    sessions: Sessions

    def token(self, app_id: int, *permissions: str) -> str:
        """Issue an API token of an app."""
        with unit_of_work(self.sessions) as (session, _):
            return tokens.issue_app_token(session, find_app(session, SITE, app_id), permissions, utc_now())


@contextmanager
def served_site(folder: Path) -> Iterator[Served]:
    """Serve a site with one administrator; the programs accept no other plain host than localhost."""
    engine = make_engine(f"sqlite:///{folder / 'site.db'}")
    schema.METADATA.create_all(engine)
    sessions = Sessions(engine)
    with unit_of_work(sessions) as (session, _):
        sites.create_site(session, SITE, "下妻市", utc_now())
        sites.add_user(session, SITE, LOGIN, "管理者", PASSWORD, is_admin=True)
    app = MarketplaceApp(sessions=sessions, ports=Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue()), now=utc_now)
    app.mount(blueprint, site_caller)
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served(f"http://localhost:{server.server_port}/w/{SITE}", Kintone(app, credentials(LOGIN)), sessions)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


@pytest.fixture(scope="session")
def programs_installed() -> None:
    """Install the programs from the lock file, once per checkout."""
    install_client()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One site for the tests of a module."""
    with served_site(tmp_path_factory.mktemp("site")) as made:
        yield made
