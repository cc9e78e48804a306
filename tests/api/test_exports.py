"""Exporting by API: the choice, the survey, the draft with its report; next versions; permission and scope."""

from __future__ import annotations

import pytest

from marketplace.bundle.reading import read_folder
from marketplace.installs.run import run_import
from marketplace.kernel.actor import SCOPES, Permission
from marketplace.kintone.client import KintoneClient
from marketplace.sandbox import sites
from marketplace.sandbox.models import SiteUser
from marketplace.sandbox.people import services as people
from marketplace.sandbox.spaces.services import NewSpace, create_space
from marketplace.transports import InProcessTransport, connect_in_process
from marketplace.workspaces.closing import close_workspace
from tests.api.factories import OTHER, OWN, member_of
from tests.bundle.factories import make_joined_bundle
from tests.exports.factories import bundle_of, carry_out, make_order
from tests.installs.test_first_party import newest_versions

GRANTS = next(folder for folder in newest_versions() if folder.parent.name == "subsidy-grant-management")
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what takes long and does not depend on the database."""
KINDS, CODES = ("USER", "GROUP", "ORGANIZATION"), ("suzuki-jiro", "kikaku-g", "kikaku-o")


@pytest.fixture
def workspace(app, caller, world):
    """A workspace of みほん市 with a template of its own in it: three joined apps."""
    return Placed(app, caller, world, make_joined_bundle())


@pytest.fixture
def grants(app, caller, world):
    """The same with a large first-party template."""
    return Placed(app, caller, world, read_folder(GRANTS))


class Placed:
    """A template that its own publisher installed."""

    def __init__(self, app, caller, world, bundle):
        self.app, self.caller, self.world, self.bundle = app, caller, world, bundle
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


@ON_SQLITE
def test_exporting_what_nobody_changed_makes_the_same_again(grants):
    ended = grants.export(apps=list(grants.app_ids.values()))
    draft = grants.draft_of(ended)
    assert [(each["area"], each["subject"]) for each in draft["changes"]["changes"]] == [("document", "CHANGELOG.md")]
    made = bundle_of(grants.app, draft["digest"])
    assert {app.key: app for app in made.apps} == {app.key: app for app in grants.bundle.apps}
    assert made.manifest.app_keys == grants.bundle.manifest.app_keys


def test_a_change_makes_the_least_next_version_with_the_texts_of_the_one_before(grants):
    key = grants.bundle.manifest.app_keys[-1]
    field = {"type": "SINGLE_LINE_TEXT", "code": "追加メモ", "label": "追加メモ"}
    grants.client.add_fields(grants.app_ids[key], {"追加メモ": field})
    grants.deploy(key)
    ended = grants.export(apps=[grants.app_ids[key]])
    assert (ended["report"]["base"], ended["report"]["version"]) == ("1.1.0", "1.2.0")
    draft = grants.draft_of(ended)
    assert (draft["version"], draft["can_be_released"], draft["findings"]) == ("1.2.0", True, [])
    told = [(each["impact"], each["area"], each["subject"]) for each in draft["changes"]["changes"]]
    assert ("additive", "field", "追加メモ") in told
    assert [each for each in told if each[0] == "breaking"] == []
    made, before = bundle_of(grants.app, draft["digest"]), grants.bundle
    for name in ("name", "summary", "keywords", "departments", "personal_data", "localise", "laws", "placeholders"):
        assert made.manifest.raw.get(name) == before.manifest.raw.get(name), name
    assert made.documents["README.md"] == before.documents["README.md"]
    assert "## 1.2.0" in made.documents["CHANGELOG.md"]
    assert "追加メモ" in made.documents["CHANGELOG.md"]


@ON_SQLITE
def test_a_removed_field_demands_a_major_version(grants):
    key = grants.bundle.manifest.app_keys[0]
    app_id = grants.app_ids[key]
    field = {"type": "SINGLE_LINE_TEXT", "code": "一時", "label": "一時"}
    grants.client.add_fields(app_id, {"一時": field})
    grants.deploy(key)
    first = grants.export(apps=list(grants.app_ids.values()))
    grants.caller.post(f"/api/v1/drafts/{first['draft_id']}/release", 201)
    grants.client.call("DELETE", "preview/app/form/fields.json", body={"app": app_id, "fields": ["一時"]})
    grants.deploy(key)
    assert grants.draft_of(grants.export(apps=list(grants.app_ids.values())))["version"] == "2.0.0"


def people_of(workspace):
    """Give the workspace people of every kind and name them wherever settings name somebody."""
    with workspace.world.context(member_of(OWN)) as ctx:
        for add, code in (
            (people.add_user, "suzuki-jiro"),
            (people.add_group, "kikaku-g"),
            (people.add_organization, "kikaku-o"),
        ):
            add(ctx.session, workspace.id, code, code)
    key = workspace.bundle.manifest.app_keys[-1]
    app_id = workspace.app_ids[key]
    rights = [
        {"entity": {"type": kind, "code": code}, "appEditable": True, "recordViewable": True}
        for kind, code in zip(KINDS, CODES, strict=True)
    ]
    workspace.client.put_app_acl(app_id, {"rights": [*rights, {"entity": {"type": "GROUP", "code": "everyone"}}]})
    workspace.deploy(key)
    return key, app_id


@ON_SQLITE
def test_no_code_of_anybody_is_in_the_file(workspace, app):
    _key, app_id = people_of(workspace)
    everything = dict.fromkeys(workspace.app_ids.values(), 100)
    ended = workspace.export(apps=[app_id], sample_records=everything)
    told = {(one["kind"], one["code"]) for one in ended["report"]["replaced"]}
    assert set(zip(KINDS, CODES, strict=True)) <= told
    data = app.ports.blobs.get(workspace.draft_of(ended)["digest"])
    with workspace.world.context(member_of(OWN)) as ctx:
        logins = [user.code for user in ctx.session.query(SiteUser).filter_by(site_id=workspace.id)]
    for code in (*logins, *CODES):
        assert code.encode() not in data, code
    assert ended["report"]["mentions"] == []


def test_the_author_s_names_stay_from_one_version_to_the_next(workspace):
    _key, app_id = people_of(workspace)
    wish = {"kind": "USER", "code": "suzuki-jiro", "label": "企画担当", "label_en": "Planner"}
    first = workspace.export(apps=[app_id], placeholders=[wish])
    workspace.caller.post(f"/api/v1/drafts/{first['draft_id']}/release", 201)
    second = workspace.export(apps=[app_id])
    [planner] = [one for one in second["report"]["replaced"] if one["code"] == "suzuki-jiro"]
    assert (planner["key"], planner["label"]) == ("planner", {"ja": "企画担当", "en": "Planner"})
    changes = workspace.draft_of(second)["changes"]["changes"]
    assert [(each["area"], each["subject"]) for each in changes] == [("document", "CHANGELOG.md")]


@ON_SQLITE
def test_a_code_in_a_text_is_pointed_at(workspace):
    key, app_id = people_of(workspace)
    workspace.client.put_admin_notes(
        app_id, {"content": "困ったら suzuki-jiro へ。", "includeInTemplateAndDuplicates": True}
    )
    workspace.deploy(key)
    ended = workspace.export(apps=[app_id])
    assert ended["report"]["mentions"] == [{"code": "suzuki-jiro", "file": f"apps/{key}/admin_notes.json"}]


@ON_SQLITE
def test_records_are_copied_only_where_they_are_asked_for(workspace, caller, world):
    fresh = {"slug": "fresh", "name": "新規", "summary": "新規です。", "category": "joho", "license": "CC0-1.0"}
    apps = list(workspace.app_ids.values())
    without = workspace.export(apps=apps, **fresh)
    assert [app["records"] for app in without["report"]["carried"]] == [0] * len(apps)
    chosen = workspace.app_ids["program"]
    within = workspace.export(apps=apps, sample_records={chosen: 2}, **fresh)
    assert {app["id"]: app["records"] for app in within["report"]["carried"] if app["records"]} == {chosen: 2}


@ON_SQLITE
def test_the_keys_of_an_installed_template_serve_a_new_one_made_of_it(workspace):
    fresh = {"slug": "fork", "name": "派生", "summary": "派生です。", "category": "joho", "license": "CC0-1.0"}
    ended = workspace.export(apps=list(workspace.app_ids.values()), **fresh)
    assert {app["id"]: app["key"] for app in ended["report"]["carried"]} == {
        app_id: key for key, app_id in workspace.app_ids.items()
    }
    assert (ended["report"]["base"], ended["report"]["version"]) == (None, "1.0.0")


@ON_SQLITE
def test_apps_are_listed_and_looked_for(workspace, caller):
    path = f"/api/v1/workspaces/{workspace.id}/apps"
    assert [app["id"] for app in caller.get(path).json["items"]] == sorted(workspace.app_ids.values())
    [found] = caller.get(f"{path}?name=マスタ").json["items"]
    assert found["id"] == workspace.app_ids["program"]
    assert caller.get(f"{path}?guest_space=7").json["items"] == []
    caller.refused("GET", f"{path}?guest_space=x", 422, "input-invalid")


@ON_SQLITE
def test_the_same_key_orders_once(world, caller, ports):
    path = f"/api/v1/workspaces/{world.workspace()}/exports"
    headers, order = {"Idempotency-Key": "export-once"}, {"apps": ["1"], "dry_run": True}
    answers = [caller.post(path, 202, json=order, headers=headers) for _ in range(2)]
    assert answers[0].get_data() == answers[1].get_data()
    assert ports.jobs.asked == [("export", answers[0].json["id"])]
    assert [item["id"] for item in caller.get(path).json["items"]] == [answers[0].json["id"]]


@ON_SQLITE
def test_an_export_is_cancelled_once(world, caller):
    path = f"/api/v1/workspaces/{world.workspace()}/exports"
    started = caller.post(path, 202, json={"apps": ["1"], "dry_run": True}).json["id"]
    assert caller.post(f"/api/v1/exports/{started}/cancellation", 200).json["state"] == "cancelled"
    caller.refused("POST", f"/api/v1/exports/{started}/cancellation", 409, "export-already-ended")
    caller.refused("POST", f"/api/v1/exports/{started}/retry", 409, "export-not-failed")


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/apps"]),
        ({"apps": []}, ["/apps"]),
        ({"apps": ["x"]}, ["/apps/0"]),
        ({"apps": [str(number) for number in range(1, 32)]}, ["/apps"]),
        ({"apps": ["1"]}, ["/slug"]),
        ({"apps": ["1"], "slug": "Nicht gut"}, ["/slug"]),
        ({"apps": ["1"], "slug": "new"}, ["/name", "/summary", "/category", "/license"]),
        ({"apps": ["1"], "slug": "new", "category": "sport"}, ["/category"]),
        ({"apps": ["1"], "dry_run": True, "keys": {"1": "a", "2": "a"}}, ["/keys"]),
        ({"apps": ["1"], "dry_run": True, "keys": {"1": "A!"}}, ["/keys/1/value"]),
        ({"apps": ["1"], "dry_run": True, "sample_records": {"1": 101}}, ["/sample_records/1/value"]),
        ({"apps": ["1"], "dry_run": True, "sample_records": True}, ["/sample_records"]),
        ({"apps": ["1"], "dry_run": True, "placeholders": [{"kind": "ROBOT", "code": "x"}]}, ["/placeholders/0/kind"]),
        ({"apps": ["1"], "dry_run": True, "guest_space": "zwei"}, ["/guest_space"]),
    ],
    ids=str,
)
def test_an_order_that_does_not_fit_is_pointed_at(caller, world, body, pointers):
    path = f"/api/v1/workspaces/{world.workspace()}/exports"
    problem = caller.refused("POST", path, 422, "input-invalid", json=body)
    assert [error["pointer"] for error in problem["errors"]] == pointers


def test_whoever_may_not_publish_or_is_bound_elsewhere_exports_nothing(caller, world):
    mine, other = world.workspace(), world.workspace()
    order = {"apps": ["1"], "dry_run": True}
    path = f"/api/v1/workspaces/{mine}/exports"
    for scopes in ((Permission.WORKSPACES_READ, Permission.INSTALLS_WRITE), (Permission.TEMPLATES_PUBLISH,)):
        world.caller(OWN, *scopes).refused("POST", path, 403, "forbidden", json=order)
    bound = world.caller(OWN, *SCOPES, workspace_id=other)
    bound.refused("POST", path, 404, "workspace-not-found", json=order)
    started = world.caller(OWN, *SCOPES, workspace_id=mine).post(path, 202, json=order).json["id"]
    bound.refused("GET", f"/api/v1/exports/{started}", 404, "export-not-found")
    neighbour = world.caller(OTHER)
    neighbour.refused("POST", path, 404, "workspace-not-found", json=order)
    neighbour.refused("GET", f"/api/v1/exports/{started}", 404, "export-not-found")
    neighbour.refused("POST", f"/api/v1/exports/{started}/cancellation", 404, "export-not-found")


@ON_SQLITE
def test_a_closed_workspace_is_refused(caller, world):
    workspace_id = world.workspace()
    with world.context(member_of(OWN)) as ctx:
        close_workspace(ctx, workspace_id)
    order = {"apps": ["1"], "dry_run": True}
    caller.refused("POST", f"/api/v1/workspaces/{workspace_id}/exports", 404, "workspace-not-found", json=order)


def test_apps_of_a_guest_space_are_exported_by_its_path(app, caller, world):
    workspace_id = world.workspace()
    client = KintoneClient(InProcessTransport(app, workspace_id))
    with world.context(member_of(OWN)) as ctx:
        new = NewSpace("事業者", is_private=True, is_guest=True, fixed_member=False)
        space = str(create_space(ctx.session, sites.owner(ctx.session, workspace_id), 1, new, ctx.now()).space_id)
    guest = KintoneClient(client.transport, guest_space=space)
    app_id = guest.create_app("事業者との連絡").app_id
    guest.add_fields(app_id, {"件名": {"type": "SINGLE_LINE_TEXT", "code": "件名", "label": "件名"}})
    guest.call("POST", "preview/app/deploy.json", body={"apps": [{"app": app_id}]})
    path = f"/api/v1/workspaces/{workspace_id}"
    assert caller.get(f"{path}/apps").json["items"] == []
    [listed] = caller.get(f"{path}/apps?guest_space={space}").json["items"]
    outside = caller.post(f"{path}/exports", 202, json={"apps": [listed["id"]], "dry_run": True}).json["id"]
    carry_out(app, outside)
    assert "ゲストスペース" in caller.get(f"/api/v1/exports/{outside}").json["error"]["reason"]["ja"]
    order = make_order(listed["id"], guest_space=space)
    inside = caller.post(f"{path}/exports", 202, json=order).json["id"]
    carry_out(app, inside)
    ended = caller.get(f"/api/v1/exports/{inside}").json
    assert (ended["state"], ended["report"]["carried"][0]["name"]) == ("succeeded", "事業者との連絡")
