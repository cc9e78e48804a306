"""Carrying an import out by API alone: next call, outcome, file; package and report; the keys."""

from __future__ import annotations

import base64
import hashlib

import pytest
from werkzeug.test import Client

from marketplace.transports import OWNER_KEY
from tests.api.factories import OTHER, PUBLISHER, SLUG, with_fields

NAME = f"{PUBLISHER}/{SLUG}"
RUNNER = {"runner": "runner-of-the-test"}


@pytest.fixture
def ordered(caller, world):
    """Order an import in a mode and return its address."""
    workspace_id = world.workspace()

    def order(mode):
        world.release(with_fields("1.0.0", "件名"))
        started = caller.post(f"/api/v1/workspaces/{workspace_id}/imports", 202, json={"template": NAME, "mode": mode})
        assert started.json["mode"] == mode
        return started.headers["Location"]

    return order


def made(app, import_, call):
    """Make a call of a built-in workspace, as its owner."""
    answer = Client(app).open(
        f"/w/{import_['workspace_id']}{call['path']}",
        method=call["method"],
        query_string=call["params"],
        json=call["body"],
        environ_overrides={OWNER_KEY: "1"},
    )
    content = base64.b64encode(answer.get_data()).decode()
    return {**RUNNER, "status": answer.status_code, "headers": dict(answer.headers), "content": content}


def test_an_import_is_carried_out_by_its_own_workspace(app, caller, ordered, ports):
    path = ordered("pull")
    assert ports.jobs.asked == []
    found = caller.post(f"{path}/next-call", 200, json=RUNNER).json
    assert (found["import"]["state"], found["call"]["method"]) == ("running", "GET")
    assert found["step"]
    while found["call"]:
        outcome = made(app, found["import"], found["call"])
        found = caller.post(f"{path}/calls/{found['call']['number']}/outcome", 200, json=outcome).json
    assert found["import"]["state"] == "succeeded", found
    assert caller.get(f"{path}/receipt").json["verification"]["result"] == "identical"


def test_another_municipality_finds_no_such_import(world, ordered):
    path = ordered("pull")
    neighbour = world.caller(OTHER)
    neighbour.refused("POST", f"{path}/next-call", 404, "not-found", json=RUNNER)
    outcome = {**RUNNER, "problem": "unknown"}
    neighbour.refused("POST", f"{path}/calls/1/outcome", 404, "not-found", json=outcome)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "１", "x"])
def test_a_number_that_no_call_has_is_refused(caller, ordered, number):
    path = ordered("pull")
    outcome = {**RUNNER, "problem": "unknown"}
    caller.refused("POST", f"{path}/calls/{number}/outcome", 404, "import-call-unknown", json=outcome)


def test_an_answer_of_several_megabytes_is_taken(caller, ordered):
    path = ordered("pull")
    call = caller.post(f"{path}/next-call", 200, json=RUNNER).json["call"]
    large = {**RUNNER, "status": 200, "headers": {"Content-Type": "text/html"}, "text": "x" * 3_000_000}
    found = caller.post(f"{path}/calls/{call['number']}/outcome", 200, json=large).json
    assert found["import"]["error"]["code"] == "http-200"


def test_a_package_is_downloaded_and_its_key_is_published(caller, stranger, ordered, ports):
    path = ordered("carry")
    answer = caller.get(f"{path}/package")
    assert answer.headers["ETag"].strip('"') == hashlib.sha256(answer.get_data()).hexdigest()
    (key,) = stranger.get("/api/v1/signing-keys").json["items"]
    assert base64.b64decode(key["public_key"]) == ports.signer.public_keys()[0].raw
    caller.refused("PUT", f"{path}/report", 422, "report-unfit", json={})
    caller.refused("POST", f"{path}/next-call", 409, "import-not-pulled", json=RUNNER)


def test_a_workspace_in_a_closed_network_is_never_pushed_to(caller, world):
    world.release()
    given = {"name": "庁内", "kind": "closed-network", "address": "https://closed.cybozu.com", "guest_space": "7"}
    made = caller.post("/api/v1/workspaces", 201, json=given).json
    assert (made["user"], made["password"]) == (None, None)
    space = made["workspace"]
    assert (space["kintone_url"], space["guest_space"]) == ("https://closed.cybozu.com", "7")
    path = f"/api/v1/workspaces/{space['id']}/imports"
    caller.refused("POST", path, 422, "workspace-out-of-reach", json={"template": NAME, "mode": "push"})
    plan = caller.post(path, 200, json={"template": NAME, "dry_run": True}).json
    assert plan["mode"] == "pull"
    started = caller.post(path, 202, json={"template": NAME})
    found = caller.post(f"{started.headers['Location']}/next-call", 200, json=RUNNER).json
    assert found["call"]["path"].startswith("/k/guest/7/v1/")
    caller.post("/api/v1/workspaces", 422, json={**given, "password": "never"})
