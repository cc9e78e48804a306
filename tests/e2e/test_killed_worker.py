"""The worker is killed in the middle of an install of three apps; it ends with exactly three apps."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.e2e.service import Service


@pytest.mark.parametrize("steps_done", [1, 4, 8])
def test_a_killed_install_ends_with_exactly_three_apps(tmp_path, steps_done):
    service = Service(tmp_path)
    service.start()
    location = service.install("yokoten/subsidy-grant-management", sample_records=True)
    wait_for_steps(service, location, steps_done)
    os.kill(service.worker_pid(), signal.SIGKILL)
    progress = service.wait_for_import(location)
    assert progress["state"] == "succeeded", progress
    assert sorted(progress["app_ids"].values(), key=int) == ["1", "2", "3"]
    assert service.stop() == 0


def wait_for_steps(service: Service, location: str, count: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if service.call("GET", location).json["progress"]["done"] >= count:
            return
    raise AssertionError("the import did not get that far")
