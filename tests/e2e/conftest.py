"""Fixtures of the tests that run the whole service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.service import Service


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service for all modules that may find what others left: starting one takes twelve seconds of work."""
    running = Service(tmp_path_factory.mktemp("shared"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with fresh data."""
    running = Service(tmp_path_factory.mktemp("service"))
    running.start()
    yield running
    running.stop()
