"""Fixtures of the tests of installing."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ports import Ports
from tests.fakes import FixedClock
from tests.installs.factories import Worker


@pytest.fixture
def worker(sessions: Sessions, ports: Ports, clock: FixedClock) -> Worker:
    """A worker with a kintone of its own."""
    return Worker(sessions, ports, clock)
