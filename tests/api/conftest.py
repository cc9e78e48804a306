"""The whole application, as callers of the API meet it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from marketplace.app import Runtime, make_app
from marketplace.db.unit_of_work import Sessions
from marketplace.edge.app import MarketplaceApp
from marketplace.jobs.huey_queue import HueyQueue
from marketplace.kernel.ports import Ports
from marketplace.settings import Settings
from tests.api.contract import ApiClient, Contract
from tests.api.factories import Caller, World
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue


def app_on(engine: Engine, sessions: Sessions, ports: Ports, clock: FixedClock, folder: Path) -> MarketplaceApp:
    """Return the application on a database, with a client that checks every answer."""
    settings = Settings(data_dir=folder, secret_key="of the tests", base_url="http://localhost", rate_limits=False)
    made = make_app(Runtime(settings, engine, sessions, ports, HueyQueue(folder / "jobs.db"), clock))
    made.test_client_class = type("CheckedClient", (ApiClient,), {"contract": Contract(made)})
    return made


@pytest.fixture(scope="session")
def mounted(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> MarketplaceApp:
    """The application, made once for each database: mounting it and making its document cost more than most tests."""
    nothing = Ports(MemoryBlobStore(), RecordingQueue())
    return app_on(engine, Sessions(engine), nothing, FixedClock(), tmp_path_factory.mktemp("app"))


@pytest.fixture
def app(mounted: MarketplaceApp, sessions: Sessions, ports: Ports, clock: FixedClock) -> MarketplaceApp:
    """The application, on what belongs to the test."""
    mounted.sessions, mounted.ports, mounted.now = sessions, ports, clock
    return mounted


@pytest.fixture
def world(app: MarketplaceApp) -> World:
    """What others did before."""
    return World(app)


@pytest.fixture
def stranger(world: World) -> Caller:
    """Somebody without a token."""
    return world.stranger()


@pytest.fixture
def caller(world: World) -> Caller:
    """A token of みほん市 that may do everything."""
    return world.caller()
