"""The clock of the service is set forward and back by hours while jobs run: nothing runs twice or waits for it."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.service import Service
from tests.e2e.test_killed_worker import assert_installed_once, wait_for_steps
from tests.faults.acts import BASE, OWN, renamed
from tests.faults.judging import assert_sound
from tests.faults.moved import MovedService

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
TEMPLATE = "yokoten/subsidy-grant-management"


@pytest.fixture
def service(tmp_path):
    made: Service = MovedService(tmp_path / "var")
    made.start()
    yield made
    made.kill_all()


def test_an_import_comes_out_once_however_the_clock_is_set(service):
    location = service.install(TEMPLATE, sample_records=True)
    for number, hours in enumerate((5, -7, 3)):
        wait_for_steps(service, location, 4 * (number + 1))
        service.move(timedelta(hours=hours))
        os.kill(service.pids()["worker"], signal.SIGKILL)
    assert_installed_once(service, location)
    steps = service.call("GET", location).json["steps"]
    assert [step["state"] for step in steps] == ["done"] * len(steps)
    ended = datetime.fromisoformat(steps[-1]["finished_at"])
    assert ended - datetime.now(UTC) > timedelta(hours=2), "the clock did not move"


def test_keys_lists_and_the_index_stay_sane(service):
    data = renamed(service.call("GET", BASE, token=None).content, "moved", "1.0.0")
    key = {"Idempotency-Key": "moved"}
    first = service.call("POST", "/api/v1/drafts", data, headers=key)
    assert first.status == 201, first
    ids = [first.json["id"]]
    for number, hours in enumerate((6, -6, 12, -1)):
        service.move(timedelta(hours=hours))
        again = service.call("POST", "/api/v1/drafts", data, headers=key)
        assert (again.status, again.json["id"]) == (201, first.json["id"]), "the same key made another draft"
        other = renamed(data, f"moved-{number}", "1.0.0")
        ids.append(service.call("POST", "/api/v1/drafts", other).json["id"])
    assert sorted(read_through(service)) == sorted(ids)
    service.move(timedelta(hours=-8))
    assert service.call("POST", f"/api/v1/drafts/{first.json['id']}/release").status == 201
    deadline = time.monotonic() + 90
    while f"{OWN}/moved" not in service.call("GET", "/index/head.json", token=None).content.decode():
        assert time.monotonic() < deadline, "the index waits for the clock"
        time.sleep(0.3)
    service.move(timedelta(0))
    assert_sound(service, within=60)


def read_through(service):
    """Read the drafts one by one, by their cursors."""
    found, path = [], "/api/v1/drafts?limit=1"
    while path is not None:
        page = service.call("GET", path).json
        found += [each["id"] for each in page["items"]]
        path = None if page["next"] is None else f"/api/v1/drafts?limit=1&cursor={page['next']}"
        assert len(found) < 100
    return found
