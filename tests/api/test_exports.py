"""Exporting by API: the choice, the survey, the draft with its report; next versions; permission and scope."""

from __future__ import annotations

import pytest

from marketplace.bundle.reading import read_folder
from marketplace.installs.run import run_import
from marketplace.kintone.client import KintoneClient
from marketplace.transports import InProcessTransport, connect_in_process
from tests.api.factories import OWN
from tests.exports.factories import bundle_of, carry_out
from tests.installs.test_first_party import newest_versions

GRANTS = next(folder for folder in newest_versions() if folder.parent.name == "subsidy-grant-management")


@pytest.fixture
def workspace(app, caller, world):
    """A workspace of みほん市 with a template of its own in it."""
    return Placed(app, caller, world, read_folder(GRANTS))


class Placed:
    """A template that its own publisher installed."""

    def __init__(self, app, caller, world, bundle):
        self.app, self.caller, self.bundle = app, caller, bundle
        world.release(bundle, OWN)
        self.id = world.workspace()
        self.slug = bundle.manifest.slug
        self.path = f"/api/v1/workspaces/{self.id}/exports"
        order = {"template": f"{OWN}/{self.slug}", "sample_records": True}
        import_id = caller.post(f"/api/v1/workspaces/{self.id}/imports", 202, json=order).json["id"]
        run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)
        ended = caller.get(f"/api/v1/imports/{import_id}").json
        assert ended["state"] == "succeeded", ended
        self.app_ids = ended["app_ids"]

    @property
    def client(self):
        return KintoneClient(InProcessTransport(self.app, self.id))

    def deploy(self, key):
        body = {"apps": [{"app": self.app_ids[key]}]}
        self.client.call("POST", "preview/app/deploy.json", body=body)

    def export(self, **order):
        started = self.caller.post(self.path, 202, json={"slug": self.slug, **order})
        carry_out(self.app, started.json["id"])
        ended = self.caller.get(started.headers["Location"]).json
        assert ended["error"] is None, ended["error"]
        return ended

    def draft_of(self, ended):
        return self.caller.get(f"/api/v1/drafts/{ended['draft_id']}").json


def test_exporting_what_nobody_changed_makes_the_same_again(workspace):
    ended = workspace.export(apps=list(workspace.app_ids.values()))
    draft = workspace.draft_of(ended)
    assert [(each["area"], each["subject"]) for each in draft["changes"]["changes"]] == [("document", "CHANGELOG.md")]
    made = bundle_of(workspace.app, draft["digest"])
    assert {app.key: app for app in made.apps} == {app.key: app for app in workspace.bundle.apps}
    assert made.manifest.app_keys == workspace.bundle.manifest.app_keys


def test_a_change_makes_the_least_next_version_with_the_texts_of_the_one_before(workspace):
    key = workspace.bundle.manifest.app_keys[-1]
    field = {"type": "SINGLE_LINE_TEXT", "code": "追加メモ", "label": "追加メモ"}
    workspace.client.add_fields(workspace.app_ids[key], {"追加メモ": field})
    workspace.deploy(key)
    ended = workspace.export(apps=[workspace.app_ids[key]])
    assert (ended["report"]["base"], ended["report"]["version"]) == ("1.1.0", "1.2.0")
    draft = workspace.draft_of(ended)
    assert (draft["version"], draft["can_be_released"], draft["findings"]) == ("1.2.0", True, [])
    told = [(each["impact"], each["area"], each["subject"]) for each in draft["changes"]["changes"]]
    assert ("additive", "field", "追加メモ") in told
    assert [each for each in told if each[0] == "breaking"] == []
    made, before = bundle_of(workspace.app, draft["digest"]), workspace.bundle
    for name in ("name", "summary", "keywords", "departments", "personal_data", "localise", "laws", "placeholders"):
        assert made.manifest.raw.get(name) == before.manifest.raw.get(name), name
    assert made.documents["README.md"] == before.documents["README.md"]
    assert "## 1.2.0" in made.documents["CHANGELOG.md"]
    assert "追加メモ" in made.documents["CHANGELOG.md"]


def test_a_removed_field_demands_a_major_version(workspace):
    key = workspace.bundle.manifest.app_keys[0]
    app_id = workspace.app_ids[key]
    field = {"type": "SINGLE_LINE_TEXT", "code": "一時", "label": "一時"}
    workspace.client.add_fields(app_id, {"一時": field})
    workspace.deploy(key)
    first = workspace.export(apps=list(workspace.app_ids.values()))
    workspace.caller.post(f"/api/v1/drafts/{first['draft_id']}/release", 201)
    workspace.client.call("DELETE", "preview/app/form/fields.json", body={"app": app_id, "fields": ["一時"]})
    workspace.deploy(key)
    assert workspace.draft_of(workspace.export(apps=list(workspace.app_ids.values())))["version"] == "2.0.0"
