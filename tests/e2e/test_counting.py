"""Counts of the real service survive its end."""

from __future__ import annotations

import sqlite3
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.service import Service


@pytest.mark.slow
def test_a_service_that_is_stopped_writes_what_it_counted(tmp_path: Path):
    service = Service(tmp_path / "var")
    service.start()
    try:
        for number in range(6):
            page = f"http://127.0.0.1:{service.port}/templates/yokoten/handover-notes"
            browser = {"User-Agent": f"Mozilla/5.0 Firefox/{number}"}
            urllib.request.urlopen(urllib.request.Request(page, headers=browser), timeout=30).read()
    finally:
        service.stop()
    database = sqlite3.connect(tmp_path / "var" / "yokoten.db")
    try:
        assert database.execute("SELECT sum(views) FROM template_days").fetchone() == (6,)
    finally:
        database.close()
