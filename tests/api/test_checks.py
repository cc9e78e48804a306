"""Checking an installation by API."""

from __future__ import annotations

import pytest

from marketplace.installs.checks.run import run_check
from marketplace.installs.run import run_import
from marketplace.kernel.actor import Permission
from marketplace.kintone.client import KintoneClient
from marketplace.transports import InProcessTransport, connect_in_process
from tests.api.factories import OTHER, OWN, PUBLISHER, SLUG, with_fields

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""The rows of checks are tested on both databases in tests/installs/test_checks.py."""


class Installed:
    """A template of one app in a workspace."""

    def __init__(self, app, world, caller):
        self.app, self.caller = app, caller
        world.release(with_fields("1.0.0", "件名"))
        self.workspace_id = world.workspace()
        path = f"/api/v1/workspaces/{self.workspace_id}/imports"
        import_id = caller.post(path, 202, json={"template": f"{PUBLISHER}/{SLUG}"}).json["id"]
        run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)
        ended = caller.get(f"/api/v1/imports/{import_id}").json
        self.id, self.app_ids = ended["installation_id"], ended["app_ids"]
        self.path = f"/api/v1/installations/{self.id}/checks"

    def work(self):
        app = self.app
        run_check(app.sessions, app.ports, connect_in_process(app), self.id, app.now, lambda _: None)

    def rename(self, name):
        client = KintoneClient(InProcessTransport(self.app, self.workspace_id))
        app = self.app_ids["request"]
        client.call("PUT", "preview/app/settings.json", body={"app": app, "name": name})
        client.call("POST", "preview/app/deploy.json", body={"apps": [{"app": app}]})


@pytest.fixture
def installed(app, world, caller):
    return Installed(app, world, caller)


def test_a_check_is_asked_for_and_found_where_the_answer_says(installed):
    asked = installed.caller.post(installed.path, 202)
    assert asked.headers["Location"] == f"{installed.path}/latest"
    assert (asked.json["state"], asked.json["progress"], asked.json["verification"]) == (
        "queued",
        {"done": 0, "total": 1},
        None,
    )
    installed.work()
    told = installed.caller.get(asked.headers["Location"]).json
    assert (told["state"], told["progress"], told["error"]) == ("done", {"done": 1, "total": 1}, None)
    assert told["verification"] == {"result": "identical", "count": 0, "differences": [], "unread": [], "changed": []}
    assert told["checked_at"] == told["finished_at"]
    assert told["asked_by"] == "試験"


def test_what_was_changed_since_is_listed(installed):
    installed.rename("申請（新）")
    installed.caller.post(installed.path, 202)
    installed.work()
    told = installed.caller.get(f"{installed.path}/latest").json["verification"]
    assert told["differences"] == [
        {"app": "request", "part": "settings", "pointer": "/name", "wanted": '"申請"', "found": '"申請（新）"'}
    ]


def test_the_same_key_asks_once(installed):
    headers = {"Idempotency-Key": "once"}
    first = installed.caller.post(installed.path, 202, headers=headers)
    installed.work()
    again = installed.caller.post(installed.path, 202, headers=headers)
    assert again.json == first.json
    assert installed.caller.get(f"{installed.path}/latest").json["state"] == "done"


def test_before_the_first_there_is_none(installed):
    installed.caller.refused("GET", f"{installed.path}/latest", 404, "installation-not-checked")


def test_reading_takes_less_than_asking(installed, world):
    installed.caller.post(installed.path, 202)
    reader = world.caller(OWN, Permission.WORKSPACES_READ)
    assert reader.get(f"{installed.path}/latest").json["state"] == "queued"
    reader.send("POST", installed.path, 403)
    bound = world.caller(OWN, workspace_id=world.workspace())
    bound.refused("POST", installed.path, 404, "not-found")


def test_another_municipality_finds_nothing(installed, world):
    installed.caller.post(installed.path, 202)
    neighbour = world.caller(OTHER)
    neighbour.refused("GET", f"{installed.path}/latest", 404, "not-found")
    neighbour.refused("POST", installed.path, 404, "not-found")
