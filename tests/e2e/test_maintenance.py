"""The whole service started read-only: it reads, refuses, rests, and goes on afterwards."""

from __future__ import annotations

import pytest

from tests.e2e.service import Service

WORKSPACE = {"name": "本番"}


@pytest.fixture
def service(tmp_path):
    made = Service(tmp_path / "var")
    yield made
    made.kill_all()


@pytest.mark.slow
def test_a_database_that_is_not_ready_can_not_be_served_read_only(service):
    service.environ["MARKETPLACE_READ_ONLY"] = "on"
    code, said = service.refusal()
    assert code == 1
    assert "yokoten db upgrade" in said


@pytest.mark.slow
def test_a_service_in_maintenance_reads_and_changes_nothing_and_goes_on_afterwards(service):
    service.start()
    location = service.install("yokoten/subsidy-grant-management", sample_records=True)
    assert service.stop() == 0

    service.environ["MARKETPLACE_READ_ONLY"] = "on"
    service.start()
    assert service.call("GET", "/healthz", token=None).content == b"ok, read-only\n"
    refused = service.call("POST", "/api/v1/workspaces", WORKSPACE)
    assert (refused.status, refused.json["code"]) == (503, "read-only")
    state = service.call("GET", location).json
    assert service.call("GET", location).json == state
    assert set(service.pids()) == {"web", "worker"}
    assert service.stop() == 0

    service.environ.clear()
    service.start()
    assert service.wait_for_import(location)["state"] == "succeeded"
    assert service.call("POST", "/api/v1/workspaces", WORKSPACE).status == 201
    assert service.stop() == 0
