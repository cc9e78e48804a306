"""What tests of several processes share."""

from __future__ import annotations

import pytest


@pytest.fixture
def started():
    """Processes to end, whatever becomes of the test."""
    made = []
    yield made
    for process in made:
        process.terminate()
    for process in made:
        process.wait(60)
