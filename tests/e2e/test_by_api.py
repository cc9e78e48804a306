"""The whole job by API alone, then read back by kintone's official client."""

from __future__ import annotations

import hashlib
import json
import subprocess
import urllib.parse

import pytest

from tests.e2e.bundles import with_memo_field
from tests.node.client import FOLDER, install_client

TEMPLATE = "/api/v1/templates/yokoten/subsidy-grant-management"


@pytest.fixture(scope="module")
def installed(service):
    location = service.install("yokoten/subsidy-grant-management", sample_records=True)
    progress = service.wait_for_import(location)
    assert progress["state"] == "succeeded", json.dumps(progress, ensure_ascii=False)
    return progress


def test_a_search_finds_the_template(service):
    found = service.call("GET", "/api/v1/templates?q=" + urllib.parse.quote("補助金"), token=None)
    slugs = [(item["publisher"]["code"], item["slug"]) for item in found.json["items"]]
    assert ("yokoten", "subsidy-grant-management") in slugs[:2]


def test_a_dry_run_tells_the_plan_and_changes_nothing(service):
    path = f"/api/v1/workspaces/{service.demo['workspace']['id']}/imports"
    before = service.call("GET", "/api/v1/installations").json
    plan = service.call("POST", path, {"template": "yokoten/subsidy-grant-management", "dry_run": True})
    assert plan.status == 200
    assert len(plan.json["apps"]) == 3
    assert service.call("GET", "/api/v1/installations").json == before


def test_an_install_of_three_joined_apps_is_shown_step_by_step(installed):
    assert len(installed["app_ids"]) == 3
    assert installed["progress"]["done"] == installed["progress"]["total"] == len(installed["steps"])
    assert {step["state"] for step in installed["steps"]} == {"done"}


def test_the_same_key_installs_once(service):
    path = f"/api/v1/workspaces/{service.demo['workspace']['id']}/imports"
    body, key = {"template": "yokoten/handover-notes"}, {"Idempotency-Key": "once"}
    first, second = (service.call("POST", path, body, headers=key) for _ in range(2))
    assert (first.status, second.status) == (202, 202)
    assert first.headers["Location"] == second.headers["Location"]
    other = service.call("POST", path, {"template": "yokoten/online-application-intake"}, headers=key)
    assert (other.status, other.json["code"]) == (422, "idempotency-key-reused")


def test_the_official_client_reads_the_apps_back(service, installed):
    install_client()
    program = subprocess.run(
        ["node", "read-installed.mjs", str(service.data_dir / "demo.json")],
        cwd=FOLDER,
        capture_output=True,
        check=False,
    )
    assert program.returncode == 0, program.stderr.decode()
    apps = {app["appId"]: app for app in json.loads(program.stdout)}
    assert set(installed["app_ids"].values()) <= set(apps)
    applications = apps[installed["app_ids"]["subsidy-grant-management"]]
    programmes = installed["app_ids"]["subsidy-program-master"]
    lookups = [field["lookup"] for field in applications["properties"].values() if "lookup" in field]
    assert programmes in {lookup["relatedApp"]["app"] for lookup in lookups}
    assert applications["records"] > 0


def test_a_review_needs_an_install_and_is_kept_once(service, installed):
    path = f"{TEMPLATE}/reviews"
    put = service.call("PUT", path, {"stars": 5, "text": "10分で受付を始められました。"})
    assert put.status == 200, put.content
    service.call("PUT", path, {"stars": 4, "text": "二年目も使っています。"})
    listed = service.call("GET", path, token=None).json
    assert [(review["stars"], review["text"]) for review in listed["items"]] == [(4, "二年目も使っています。")]
    never = service.call("PUT", "/api/v1/templates/yokoten/vaccination-venue-slot/reviews", {"stars": 5, "text": "?"})
    assert (never.status, never.json["code"]) == (403, "review-needs-installation")


def test_a_changed_bundle_becomes_a_version_of_ones_own(service):
    answer = service.call("GET", f"{TEMPLATE}/versions/1.0.0/bundle", token=None)
    assert hashlib.sha256(answer.content).hexdigest() in json.dumps(dict(answer.headers))
    first = publish(service, answer.content)
    assert first.status == 201, first.content
    changed = with_memo_field(answer.content, version="1.0.1")
    too_small = publish(service, changed)
    assert (too_small.status, too_small.json["code"]) == (422, "version-number-too-small")
    assert publish(service, with_memo_field(answer.content, version="1.1.0")).status == 201
    used = publish(service, with_memo_field(answer.content, version="1.1.0"))
    assert (used.status, used.json["code"]) == (409, "version-number-used")
    own = "/api/v1/templates/992011/subsidy-grant-management"
    diff = service.call("GET", f"{own}/versions/1.0.0/diff/1.1.0", token=None).json
    assert any(change["act"] == "added" and "追加メモ" in change["text"]["ja"] for change in diff["changes"])


def publish(service, data):
    draft = service.call("POST", "/api/v1/drafts", data)
    assert draft.status == 201, draft.content
    return service.call("POST", f"/api/v1/drafts/{draft.json['id']}/release")
