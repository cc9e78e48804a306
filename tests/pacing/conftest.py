"""The whole application with bounds so small that tests reach them."""

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

BOUNDS = {
    "limit_reads": "caller 4/minute, municipality 6/minute, address 3/minute",
    "limit_searches": "address 2/minute",
    "limit_writes": "caller 2/minute, address 2/minute",
    "limit_expensive": "caller 2/minute, address 2/minute",
    "limit_kintone": "caller 3/minute, municipality 5/minute, address 2/minute",
}


@pytest.fixture
def app(engine: Engine, sessions: Sessions, ports: Ports, clock: FixedClock, tmp_path: Path) -> MarketplaceApp:
    """The application; nobody has sent it anything yet."""
    settings = Settings(data_dir=tmp_path, secret_key="of the tests", base_url="http://localhost", **BOUNDS)
    return make_app(Runtime(settings, engine, sessions, ports, HueyQueue(tmp_path / "jobs.db"), clock))


@pytest.fixture
def world(app: MarketplaceApp) -> World:
    """What others did before."""
    return World(app)
