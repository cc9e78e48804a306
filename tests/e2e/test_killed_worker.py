"""Processes of the service are killed in the middle of an install of three apps; it ends with exactly three apps."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.parse

import pytest

from tests.e2e.service import Service, children_of, is_alive

TEMPLATE = "yokoten/subsidy-grant-management"
SAMPLES = {"subsidy-program-master": 12, "subsidy-grant-management": 22, "recipient-register": 14}


@pytest.fixture
def service(tmp_path):
    made = Service(tmp_path)
    made.start()
    yield made
    made.kill_all()


@pytest.mark.slow
def test_a_worker_killed_again_and_again_leaves_nothing_lost_and_nothing_doubled(service):
    location = service.install(TEMPLATE, sample_records=True)
    for _ in range(4):
        wait_for_steps(service, location, done_steps(service, location) + 1 + secrets.randbelow(7))
        time.sleep(secrets.randbelow(100) / 1000)
        os.kill(service.pids()["worker"], signal.SIGKILL)
    assert_installed_once(service, location)
    assert service.stop() == 0


@pytest.mark.slow
def test_of_two_workers_either_may_be_killed(service):
    command = [sys.executable, "-m", "marketplace.cli", "worker"]
    with service.log.open("ab") as log, subprocess.Popen(command, env=service.settings(), stderr=log) as other:
        try:
            location = service.install(TEMPLATE, sample_records=True)
            wait_for_steps(service, location, 1 + secrets.randbelow(20))
            os.kill(secrets.choice((service.pids()["worker"], other.pid)), signal.SIGKILL)
            wait_for_steps(service, location, done_steps(service, location) + 3)
            os.kill(service.pids()["worker"], signal.SIGKILL)
            assert_installed_once(service, location)
            assert service.stop() == 0
        finally:
            other.kill()


@pytest.mark.slow
def test_an_install_goes_on_while_the_web_server_is_killed_and_callers_only_wait(service):
    location = service.install(TEMPLATE, sample_records=True)
    wait_for_steps(service, location, 3)
    web = service.pids()["web"]
    servers = [pid for _name, pid in children_of(web)]
    os.kill(web, signal.SIGKILL)
    assert service.call("GET", "/healthz", token=None).status == 200
    assert_installed_once(service, location)
    assert not any(is_alive(pid) for pid in servers), "a server outlived gunicorn"
    assert service.stop() == 0


@pytest.mark.slow
def test_an_install_outlives_its_keeper_and_no_orphan_holds_the_port(service):
    location = service.install(TEMPLATE, sample_records=True)
    wait_for_steps(service, location, 5)
    orphans = service.family()
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    service.start()
    assert_installed_once(service, location)
    assert not any(is_alive(pid) for pid in orphans), "a process of the killed service is left"
    assert service.stop() == 0


@pytest.mark.slow
def test_an_install_outlives_the_sudden_end_of_all_processes(service):
    location = service.install(TEMPLATE, sample_records=True)
    wait_for_steps(service, location, 1 + secrets.randbelow(30))
    service.kill_all()
    service.start()
    assert_installed_once(service, location)
    assert service.stop() == 0


def assert_installed_once(service, location):
    """Check by the kintone API that the apps, published or not, and their sample records are there exactly once."""
    progress = service.wait_for_import(location)
    assert progress["state"] == "succeeded", progress
    ids = progress["app_ids"]
    assert sorted(ids.values()) == ["1", "2", "3"]
    apps = kintone(service, "apps.json").json["apps"]
    assert sorted(app["appId"] for app in apps) == ["1", "2", "3"]
    answers = {number: kintone(service, "preview/app/settings.json", app=number).status for number in range(1, 11)}
    assert [number for number, status in answers.items() if status == 200] == [1, 2, 3], answers
    for key, expected in SAMPLES.items():
        found = kintone(service, "records.json", app=ids[key], query="limit 500").json["records"]
        assert len(found) == expected, (key, len(found))
    assert len(service.call("GET", "/api/v1/installations").json["items"]) == 1


def kintone(service, api, **params):
    workspace = service.demo["workspace"]
    pair = base64.b64encode(f"{workspace['user']}:{workspace['password']}".encode()).decode()
    path = f"/w/{workspace['id']}/k/v1/{api}?{urllib.parse.urlencode(params)}"
    return service.call("GET", path, token=None, headers={"X-Cybozu-Authorization": pair})


def done_steps(service, location):
    return service.call("GET", location).json["progress"]["done"]


def wait_for_steps(service, location, count):
    """Wait until so many steps are done, or all."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        progress = service.call("GET", location).json
        if progress["progress"]["done"] >= count or progress["state"] not in {"queued", "running"}:
            return
    raise AssertionError("the import did not get that far")
