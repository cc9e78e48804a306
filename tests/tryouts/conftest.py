"""Fixtures of the tests of try-outs."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ports import Ports
from tests.fakes import FixedClock
from tests.tryouts.factories import Place


@pytest.fixture
def place(sessions: Sessions, ports: Ports, clock: FixedClock) -> Place:
    """A service with one released template."""
    made = Place(sessions, ports, clock)
    made.release()
    return made
