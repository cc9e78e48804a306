"""Fixtures of the tests of installing from the workspace's side."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ports import Ports
from tests.fakes import FixedClock
from tests.installs.factories import Worker
from tests.installs_outside.factories import Outside
from tests.installs_outside.served import serving


@pytest.fixture
def outside(sessions: Sessions, ports: Ports, clock: FixedClock) -> Outside:
    """A municipality whose kintone lies in a closed network."""
    return Outside(sessions, ports, clock)


@pytest.fixture
def served(tmp_path):
    """The service, and a kintone that only the command line reaches."""
    with serving(tmp_path / "served") as made:
        yield made


@pytest.fixture
def worker(sessions: Sessions, ports: Ports, clock: FixedClock) -> Worker:
    """A worker of the service itself."""
    return Worker(sessions, ports, clock)
