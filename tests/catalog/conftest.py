"""Workshops for the tests that install templates, one for each file and database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from catalog_tools.trying.workshop import Workshop
from marketplace.kernel.ports import Ports
from tests.conftest import ConnectionSessions
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue


@pytest.fixture(scope="module")
def workshop(engine: Engine) -> Iterator[Workshop]:
    """A service into which templates are installed; everything is undone after the tests of a file."""
    with engine.connect() as connection:
        outer = connection.begin()
        ports = Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue())
        yield Workshop(ConnectionSessions(connection), ports, FixedClock())
        outer.rollback()
