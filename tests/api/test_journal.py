"""The journal by API: calls, apps left behind, and what a person decides about somebody else's changes."""

from __future__ import annotations

import pytest

from marketplace.installs.run import run_import
from marketplace.kintone.client import KintoneClient
from marketplace.transports import InProcessTransport, connect_in_process
from tests.api.factories import OTHER, PUBLISHER, SLUG
from tests.bundle.factories import make_joined_bundle

NAME = f"{PUBLISHER}/{SLUG}"
NOTE = {"content": "検討中", "includeInTemplateAndDuplicates": False}


@pytest.fixture
def workspace_id(world):
    world.release(make_joined_bundle())
    return world.workspace()


@pytest.fixture
def stopped(app, caller, workspace_id):
    """The id of an import that stopped before what somebody else had changed."""
    import_id = caller.post(f"/api/v1/workspaces/{workspace_id}/imports", 202, json={"template": NAME}).json["id"]
    inside = InProcessTransport(app, workspace_id)

    class Meddled:
        left = True

        def send(self, method, path, **sent):
            if path.endswith("app/views.json") and self.left:
                self.left = False
                KintoneClient(inside).put_admin_notes(sent["body"]["app"], NOTE)
            return inside.send(method, path, **sent)

    meddled = KintoneClient(Meddled())
    run_import(app.sessions, app.ports, lambda *_: meddled, import_id, app.now, lambda _: None)
    return import_id


def finish(app, import_id):
    run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)


def test_a_person_decides_about_somebody_elses_changes(app, caller, stopped):
    address = f"/api/v1/imports/{stopped}"
    told = caller.get(address).json
    assert (told["state"], told["error"]["code"]) == ("failed", "changed-meanwhile")
    caller.refused("POST", f"{address}/retry", 409, "changes-undecided")
    caller.refused("POST", f"{address}/retry", 422, "input-invalid", json={"accept_changes": "perhaps"})
    caller.post(f"{address}/retry", 202, json={"accept_changes": True})
    finish(app, stopped)
    assert caller.get(address).json["state"] == "succeeded"


def test_or_gives_the_import_up(caller, stopped, workspace_id):
    assert caller.post(f"/api/v1/imports/{stopped}/cancellation", 200).json["state"] == "cancelled"
    [left] = caller.get(f"/api/v1/workspaces/{workspace_id}/leftovers").json["items"]
    assert (left["import_id"], left["state"], len(left["apps"])) == (stopped, "cancelled", 3)


def test_the_plan_tells_what_is_left_and_what_is_used_of_it(caller, stopped, workspace_id):
    plan = caller.post(f"/api/v1/workspaces/{workspace_id}/imports", 200, json={"template": NAME, "dry_run": True}).json
    assert [left["import_id"] for left in plan["leftovers"]] == [stopped]
    assert plan["continues"] == stopped
    assert plan["steps"][0]["kind"] == "take_over"
    again = caller.post(f"/api/v1/workspaces/{workspace_id}/imports", 202, json={"template": NAME}).json
    assert again["continues"] == stopped
    assert caller.get(f"/api/v1/imports/{stopped}").json["state"] == "cancelled"


def test_leftovers_are_dismissed_or_deleted_once(caller, stopped, workspace_id):
    own = f"/api/v1/imports/{stopped}/leftovers"
    assert [app["key"] for app in caller.post(f"{own}/dismissal", 200).json["apps"]]
    caller.refused("POST", f"{own}/dismissal", 409, "leftovers-not-there")
    caller.refused("DELETE", own, 409, "leftovers-not-there")
    assert caller.get(f"/api/v1/workspaces/{workspace_id}/leftovers").json["items"] == []


def test_apps_left_in_a_built_in_workspace_are_deleted(caller, stopped, workspace_id):
    answer = caller.send("DELETE", f"/api/v1/imports/{stopped}/leftovers")
    assert answer.status_code == 200
    assert caller.get(f"/api/v1/workspaces/{workspace_id}/leftovers").json["items"] == []


def test_calls_are_listed_page_by_page(caller, stopped):
    first = caller.get(f"/api/v1/imports/{stopped}/calls?limit=5").json
    assert [call["number"] for call in first["items"]] == [1, 2, 3, 4, 5]
    assert first["items"][0]["what"]["ja"] == "アプリの一覧を読み出す"
    rest = caller.get(f"/api/v1/imports/{stopped}/calls?limit=100&cursor={first['next']}").json
    last = rest["items"][-1]
    assert (last["status"], last["code"], rest["next"]) == (409, "GAIA_CO03", None)
    caller.refused("GET", f"/api/v1/imports/{stopped}/calls?cursor=x", 422, "cursor-invalid")


def test_a_neighbour_learns_nothing(world, stopped, workspace_id):
    neighbour = world.caller(OTHER)
    own = f"/api/v1/imports/{stopped}"
    asked = (("GET", f"{own}/calls"), ("POST", f"{own}/leftovers/dismissal"), ("DELETE", f"{own}/leftovers"))
    for method, address in (*asked, ("GET", f"/api/v1/workspaces/{workspace_id}/leftovers")):
        assert neighbour.send(method, address).status_code == 404
