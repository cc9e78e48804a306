"""The whole application, which counts what templates get."""

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
from tests.api.factories import World
from tests.fakes import FixedClock


@pytest.fixture
def app(engine: Engine, sessions: Sessions, ports: Ports, clock: FixedClock, tmp_path: Path) -> MarketplaceApp:
    """The application; its counts are written when a test says so."""
    settings = Settings(data_dir=tmp_path, secret_key="of the tests", base_url="http://localhost", rate_limits=False)
    return make_app(Runtime(settings, engine, sessions, ports, HueyQueue(tmp_path / "jobs.db"), clock))


@pytest.fixture
def world(app: MarketplaceApp) -> World:
    """What others did before."""
    return World(app)
