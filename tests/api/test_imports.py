"""Installing by API: the plan, the order, its progress; ranges of versions and withdrawal."""

from __future__ import annotations

import pytest

from marketplace.installs.run import run_import
from marketplace.transports import connect_in_process
from tests.api.factories import OTHER, OWN, PUBLISHER, SLUG, with_fields
from tests.bundle.factories import make_joined_bundle

NAME = f"{PUBLISHER}/{SLUG}"


@pytest.fixture
def path(world):
    """Where imports into a workspace are ordered."""
    return f"/api/v1/workspaces/{world.workspace()}/imports"


def run(app, import_id):
    """Do the job of the worker."""
    run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)


def planned(caller, path, version):
    body = {"template": NAME, "version": version, "dry_run": True}
    return caller.post(path, 200, json=body).json["version"]


def test_a_dry_run_answers_the_plan_and_changes_nothing(caller, world, path, ports):
    world.release(make_joined_bundle())
    plan = caller.post(path, 200, json={"template": NAME, "dry_run": True}).json
    assert (plan["template"], plan["version"]) == (NAME, "1.0.0")
    assert {app["key"] for app in plan["apps"]} == {"program", "request", "report"}
    assert sum(step["calls"] for step in plan["steps"]) == plan["api_calls"]
    assert [placeholder["key"] for placeholder in plan["placeholders"]] == ["section-chief"]
    assert caller.get(path).json["items"] == []
    assert ports.jobs.asked == []


def test_the_plan_tells_the_budget_the_lists_and_what_the_workspace_is_like(caller, world, path):
    world.release(make_joined_bundle())
    wish = {"app": "request", "field": "地区", "options": ["本町", "西地区"]}
    body = {"template": NAME, "dry_run": True, "localise": [wish], "app_names": {"request": "補助金（試行）"}}
    plan = caller.post(path, 200, json=body).json
    assert plan["budget"]["calls"] == plan["api_calls"]
    assert {app["app"] for app in plan["budget"]["apps"]} == {"program", "request", "report"}
    [one] = plan["localise"]
    assert (one["template_options"], one["options"]) == (["東地区", "西地区"], ["本町", "西地区"])
    assert (one["renamed"], one["gone"], one["follows"]) == ({"東地区": "本町"}, [], None)
    assert [app["name"] for app in plan["apps"] if app["key"] == "request"] == ["補助金（試行）"]
    assert plan["survey"]["was_reached"]
    assert plan["survey"]["same_names"] == []
    assert plan["personal_data"]["kinds"] == ["氏名"]
    assert plan["target"] is None


def test_wishes_are_kept_with_the_import_and_told_by_its_receipt(app, caller, world, path):
    world.release(make_joined_bundle())
    wish = {"app": "request", "field": "地区", "options": ["本町", "西地区"]}
    body = {"template": NAME, "localise": [wish], "app_names": {"request": "補助金（試行）"}}
    started = caller.post(path, 202, json=body).json
    assert (started["localise"], started["app_names"]) == ([wish], {"request": "補助金（試行）"})
    run(app, started["id"])
    receipt = caller.get(f"/api/v1/imports/{started['id']}/receipt").json
    assert receipt["localise"] == [wish]
    assert {one["key"]: (one["template_name"], one["name"]) for one in receipt["apps"]}["request"] == (
        "補助金申請",
        "補助金（試行）",
    )


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"target": {"space": "7"}}, "space-unusable"),
        ({"app_names": {"none": "x"}}, "app-key-unknown"),
        ({"localise": [{"app": "request", "field": "申請区分", "options": ["x"]}]}, "localise-unknown"),
        ({"localise": [{"app": "request", "field": "地区", "options": ["西地区"]}]}, "localise-in-use"),
        ({"localise": [{"app": "request", "field": "地区", "options": [" "]}]}, "input-invalid"),
    ],
)
def test_wishes_that_can_not_be_met_are_refused(caller, world, path, wish, code):
    world.release(make_joined_bundle())
    caller.refused("POST", path, 422, code, json={"template": NAME, **wish})


def test_an_order_is_accepted_and_followed_to_its_end(app, caller, world, path, ports):
    world.release(make_joined_bundle())
    answer = caller.post(path, 202, json={"template": NAME, "version": "^1.0.0"})
    started = answer.json
    assert answer.headers["Location"] == f"/api/v1/imports/{started['id']}"
    assert (started["state"], started["progress"]["done"]) == ("queued", 0)
    assert ports.jobs.asked == [("import", started["id"])]
    run(app, started["id"])
    ended = caller.get(answer.headers["Location"]).json
    assert (ended["state"], ended["error"]) == ("succeeded", None)
    assert ended["progress"] == {"done": len(ended["steps"]), "total": len(ended["steps"])}
    assert set(ended["app_ids"]) == {"program", "request", "report"}
    assert [item["id"] for item in caller.get(path).json["items"]] == [started["id"]]


def test_what_was_installed_is_listed_and_read(app, caller, world, path):
    world.release(with_fields("1.0.0", "件名"))
    started = caller.post(path, 202, json={"template": NAME}).json
    run(app, started["id"])
    world.release(with_fields("1.1.0", "件名", "備考"))
    installed = caller.get("/api/v1/installations").json["items"]
    assert [(item["template"], item["version"], item["newer_version"]) for item in installed] == [
        (NAME, "1.0.0", "1.1.0")
    ]
    assert caller.get(path.replace("imports", "installations")).json["items"] == installed
    assert caller.get(f"/api/v1/installations/{installed[0]['id']}").json == installed[0]
    world.caller(OTHER).refused("GET", f"/api/v1/installations/{installed[0]['id']}", 404, "not-found")


def test_the_same_key_orders_once(caller, world, path, ports):
    world.release()
    key = {"Idempotency-Key": "5f0a1f9e-order"}
    first, second = (caller.post(path, 202, json={"template": NAME}, headers=key) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert first.get_data() == second.get_data()
    assert len(ports.jobs.asked) == 1
    body = {"template": NAME, "sample_records": False}
    caller.refused("POST", path, 422, "idempotency-key-reused", json=body, headers=key)


def test_a_refused_order_leaves_its_key_free(caller, world, path):
    key = {"Idempotency-Key": "try-again"}
    caller.refused("POST", path, 404, "template-not-found", json={"template": NAME}, headers=key)
    world.release()
    caller.post(path, 202, json={"template": NAME}, headers=key)


def test_a_key_belongs_to_its_token(caller, world, path):
    world.release()
    key = {"Idempotency-Key": "shared"}
    caller.post(path, 202, json={"template": NAME}, headers=key)
    world.caller(OWN).refused("POST", path, 409, "import-under-way", json={"template": NAME}, headers=key)


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "a b", "キー".encode().decode("latin-1")], ids=ascii)
def test_a_key_that_is_none_is_refused(caller, world, path, key):
    world.release()
    headers = {"Idempotency-Key": key}
    caller.refused("POST", path, 422, "idempotency-key-invalid", json={"template": NAME}, headers=headers)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (None, "2.0.0"),
        ("", "2.0.0"),
        ("1.0.0", "1.0.0"),
        ("^1.0", "1.1.0"),
        ("~1.0.0", "1.0.0"),
        ("1.x", "1.1.0"),
        (">=1.0.0 <2", "1.1.0"),
        ("*", "2.0.0"),
        ("2.1.0-beta.1", "2.1.0-beta.1"),
    ],
    ids=str,
)
def test_a_range_is_resolved_to_its_newest_version(caller, world, path, wanted, number):
    world.release(with_fields("1.0.0", "件名"))
    world.release(with_fields("1.1.0", "件名", "備考"))
    world.release(with_fields("2.0.0", "備考"))
    world.release(with_fields("2.1.0-beta.1", "備考", "期限"))
    assert planned(caller, path, wanted) == number


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ("^3.0", 404, "version-not-found"),
        ("1.0.9", 404, "version-not-found"),
        ("newest", 422, "version-range-invalid"),
        ("1.0.0 || ???", 422, "version-range-invalid"),
    ],
)
def test_a_range_that_fits_nothing_is_refused(caller, world, path, wanted, status, code):
    world.release()
    caller.refused("POST", path, status, code, json={"template": NAME, "version": wanted})


def test_a_withdrawn_version_is_passed_over_and_refused_by_its_number(caller, world, path):
    world.release(with_fields("1.0.0", "件名"))
    world.release(with_fields("1.1.0", "件名", "備考"))
    withdrawal = f"/api/v1/templates/{NAME}/versions/1.1.0/withdrawal"
    world.caller(PUBLISHER).post(withdrawal, 200, json={"reason": "計算の誤り"})
    assert planned(caller, path, None) == planned(caller, path, "^1.0") == "1.0.0"
    problem = caller.refused("POST", path, 409, "version-withdrawn", json={"template": NAME, "version": "1.1.0"})
    assert problem["params"] == {"number": "1.1.0", "reason": "計算の誤り"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/template"]),
        ({"template": "subsidy"}, ["/template"]),
        ({"template": 5}, ["/template"]),
        ({"template": NAME, "version": 1.0}, ["/version"]),
        ({"template": NAME, "sample_records": "perhaps"}, ["/sample_records"]),
        ({"template": NAME, "placeholders": []}, ["/placeholders"]),
        ({"template": NAME, "placeholders": {"a": 1}}, ["/placeholders/a/value"]),
        ({"template": NAME, "dryrun": True}, ["/dryrun"]),
    ],
    ids=str,
)
def test_an_order_that_does_not_fit_is_pointed_at(caller, world, path, body, pointers):
    world.release()
    problem = caller.refused("POST", path, 422, "input-invalid", json=body)
    assert [error["pointer"] for error in problem["errors"]] == pointers


def test_a_queued_import_is_cancelled_once(caller, world, path):
    world.release()
    started = caller.post(path, 202, json={"template": NAME}).json["id"]
    cancellation = f"/api/v1/imports/{started}/cancellation"
    assert caller.post(cancellation, 200).json["state"] == "cancelled"
    caller.refused("POST", cancellation, 409, "import-already-ended")
    caller.refused("POST", f"/api/v1/imports/{started}/retry", 409, "import-not-failed")


def test_an_import_is_its_municipalitys_own(caller, world, path):
    world.release()
    own = f"/api/v1/imports/{caller.post(path, 202, json={'template': NAME}).json['id']}"
    neighbour = world.caller(OTHER)
    for method, address in (("GET", own), ("POST", f"{own}/cancellation"), ("POST", f"{own}/retry")):
        neighbour.refused(method, address, 404, "not-found")
    assert caller.get(own).json["state"] == "queued"
