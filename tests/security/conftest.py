"""Every face of the service, behind the real doors."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

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
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.ports import free_port
from tests.security.planted import Planted, planted_service

WORKER_CLASS = "marketplace.serving.deadlines.DeadlineWorker"


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """A service in which みほん市 has something of everything; who writes there compares before and after."""
    with planted_service(tmp_path_factory.mktemp("planted")) as made:
        yield made


@pytest.fixture(scope="session")
def mounted() -> MarketplaceApp:
    """The application with its pages, its API and the built-in workspaces, mounted once: that costs more than tests."""
    made = MarketplaceApp(sessions=None, ports=Ports(MemoryBlobStore(), RecordingQueue()), now=FixedClock())
    made.config.update(SECRET_KEY="of the tests", MAX_CONTENT_LENGTH=32 * 1024 * 1024)
    register_refusals(made)
    register_headers(made)
    made.mount(kintone_api, site_caller)
    mount_api(made)
    mount_pages(made)
    return made


@pytest.fixture
def app(mounted: MarketplaceApp, sessions: Sessions, ports: Ports, clock: FixedClock) -> MarketplaceApp:
    """The application, on what belongs to the test."""
    mounted.sessions, mounted.ports, mounted.now = sessions, ports, clock
    return mounted


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that has one thread."""
    chosen = free_port()
    command = ["-m", "gunicorn", "tests.security.hello:application", "--bind", f"127.0.0.1:{chosen}"]
    options = [
        "--worker-class",
        WORKER_CLASS,
        "--threads",
        "1",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen([sys.executable, *command, *options])
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{chosen}/", timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        yield chosen
    finally:
        server.terminate()
        server.wait(20)
