"""The commands against the whole service: publish, release, plan, install, verify, and what can go wrong between."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from marketplace.cli.outcomes import Outcome
from marketplace.kintone.client import DeployStatus, KintoneClient
from marketplace.kintone.domain import Account, DomainTransport
from marketplace.outbound.client import OutboundHttp
from tests.bundle.factories import make_app, make_field, make_manifest
from tests.catalog.first_party import folder_id, version_folders
from tests.e2e.service import FEW

LOADED = [folder for folder in version_folders() if folder.parent.name in FEW]


def hear_ctrl_c():
    """Let a program be interrupted even where the tests themselves run in the background, deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def program(signed_in):
    """Start the command as a program of its own."""

    def start(*words):
        environ = {name: value for name, value in {**os.environ, **signed_in.environ}.items() if value is not None}
        command = [sys.executable, "-m", "marketplace.cli", *map(str, words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            env={**environ, "PYTHONUTF8": "1"},
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - the tests start it from their only thread
        )

    return start


def new_template(yokoten, folder, slug):
    yokoten("init", folder, "--slug", slug, "--name", "水防日誌")
    return folder


def test_who_one_is_is_told_with_the_workspaces(signed_in, service):
    known = signed_in.json("whoami")
    assert known["municipality"] == {"code": "992011", "name": "みほん市"}
    assert "installs:write" in known["scopes"]
    assert [space["id"] for space in known["workspaces"]] == [service.demo["workspace"]["id"]]


def test_templates_are_found_and_shown(signed_in):
    assert "yokoten/subsidy-grant-management  1.1.0" in signed_in("search", "補助金").stdout
    shown = signed_in("show", "yokoten/handover-notes", "--lang", "en").stdout
    assert shown.splitlines()[1].startswith("Job handover notes ― ")
    signed_in("show", "yokoten/nothing", exit_code=Outcome.REFUSED)


@pytest.mark.parametrize("folder", LOADED, ids=folder_id)
def test_packing_gives_the_digest_that_the_service_tells(signed_in, tmp_path, folder):
    shown = signed_in.json("show", f"yokoten/{folder.parent.name}")
    digests = {version["version"]: version["digest"] for version in shown["versions"]}
    assert signed_in.json("pack", folder, "-o", tmp_path / "a.zip")["digest"] == digests[folder.name]


def test_a_version_of_the_service_is_compared_with_a_folder(signed_in):
    newest = LOADED[-1]
    told = signed_in("diff", f"yokoten/{newest.parent.name}@{newest.name}", newest, "--exit-code").stdout
    assert told == "差分はありません。\n"


def test_from_an_empty_folder_to_a_verified_install(signed_in, tmp_path):
    folder = new_template(signed_in, tmp_path / "a", "flood-log")
    rehearsed = signed_in.json("publish", folder, "--dry-run")
    assert (rehearsed["base"], rehearsed["findings"]) == (None, [])
    published = signed_in.json("publish", folder, "--release")
    assert published["released"]["digest"] == rehearsed["digest"]

    planned = signed_in.json("plan", "992011/flood-log@^1.0.0", "--no-samples")
    assert (planned["version"], [app["key"] for app in planned["apps"]]) == ("1.0.0", ["flood-log"])
    assert "導入しました" not in signed_in("plan", "992011/flood-log").stdout

    installed = signed_in("install", "992011/flood-log")
    assert "992011/flood-log@1.0.0 を導入しました。" in installed.stdout
    import_id = installed.stderr.split("yokoten verify ")[1].split()[0]
    receipt_file = tmp_path / "receipt.json"
    verified = signed_in.json("verify", import_id, "--receipt", receipt_file)
    assert verified["verification"]["result"] == "identical"
    assert json.loads(receipt_file.read_text()) == verified
    signed_in("verify", import_id, "--receipt", receipt_file, exit_code=Outcome.CONFLICT)

    again = signed_in.json("install", "992011/flood-log", "--no-samples")
    assert again["id"] != import_id
    assert signed_in.json("verify", again["installation_id"])["import_id"] == again["id"]


def test_a_next_version_shows_its_changes_and_owes_a_number(signed_in, tmp_path):
    folder = new_template(signed_in, tmp_path / "a", "storm-log")
    signed_in("publish", folder, "--release")
    same = signed_in.json("publish", folder, "--dry-run", exit_code=Outcome.FINDINGS)
    assert (same["least_version"], same["version_is_enough"]) == ("1.0.1", False)
    refused = signed_in.json("publish", folder, "--release", exit_code=Outcome.FINDINGS)
    assert refused["released"] is None
    assert "はじめての版" not in signed_in("publish", folder, exit_code=Outcome.FINDINGS).stdout

    fields = folder / "apps/storm-log/fields.json"
    document = json.loads(fields.read_text())
    document["properties"]["備考"] = make_field("SINGLE_LINE_TEXT", "備考")
    fields.write_text(json.dumps(document))
    layout = folder / "apps/storm-log/layout.json"
    rows = json.loads(layout.read_text())
    rows["layout"].append({"type": "ROW", "fields": [{"type": "SINGLE_LINE_TEXT", "code": "備考"}]})
    layout.write_text(json.dumps(rows))
    for name in ("template.json", "CHANGELOG.md"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("1.0.0", "1.1.0"))
    told = signed_in("publish", folder)
    assert "項目「備考」" in told.stdout
    assert "必要な版番号：1.1.0 以上（1.1.0 は足りています）" in told.stdout
    draft = told.stderr.split("yokoten release ")[1].split()[0]
    assert signed_in.json("release", draft)["released"]["version"] == "1.1.0"
    assert signed_in.json("release", draft, exit_code=Outcome.CONFLICT)["error"]["code"] == "draft-closed"


def test_a_template_with_errors_is_not_uploaded(signed_in, service, write_folder):
    apps = {"request": make_app("申請", make_field("CALC", "合計", expression="無い"))}
    folder = write_folder(apps=apps, manifest=make_manifest("request", slug="broken-log"))
    refused = signed_in.json("publish", folder, exit_code=Outcome.FINDINGS)
    assert "formula-field-unknown" in refused["error"]["details"][0]
    drafts = service.call("GET", "/api/v1/drafts").json["items"]
    assert "broken-log" not in {draft["slug"] for draft in drafts}


def test_an_unknown_placeholder_or_workspace_is_refused_with_a_remedy(signed_in):
    words = ("plan", "yokoten/handover-notes")
    refused = signed_in.json(*words, "--placeholder", "nobody=x", exit_code=Outcome.REFUSED)
    assert refused["error"]["code"] == "placeholder-unknown"
    signed_in(*words, "--workspace", "nowhere", exit_code=Outcome.REFUSED)
    signed_in(*words, "--placeholder", "section-chief", exit_code=Outcome.USAGE)
    told = signed_in(*words, "--placeholder", "section-chief=sato").stdout
    assert "section-chief [USER] 所属長（初期値） = sato" in told


def test_an_install_that_is_not_waited_for_is_found_again(signed_in):
    words = ("install", "yokoten/subsidy-grant-management")
    started = signed_in.json(*words, "--no-wait")
    assert started["state"] == "queued"
    same = signed_in.json(*words, "--timeout", "0", exit_code=Outcome.UNFINISHED)
    ended = signed_in.json("install", "--resume", started["id"])
    assert started["id"] == same["id"] == ended["id"]
    assert ended["state"] == "succeeded"


def test_ctrl_c_leaves_the_import_running_and_says_how_to_come_back(signed_in, program):
    running = program("install", "yokoten/subsidy-grant-management")
    while "[0/" not in (line := running.stderr.readline()):
        assert line
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=20)
    assert running.returncode == Outcome.INTERRUPTED
    import_id = told.split("yokoten install --resume ")[1].split()[0]
    assert "サービスで続いています" in told
    assert signed_in.json("install", "--resume", import_id)["state"] == "succeeded"


def test_a_cancelled_import_is_a_failure(signed_in, service):
    started = signed_in.json("install", "yokoten/vaccination-reservation", "--no-wait")
    cancelled = service.call("POST", f"/api/v1/imports/{started['id']}/cancellation")
    assert cancelled.status == 200, cancelled.content
    result = signed_in("install", "--resume", started["id"], exit_code=Outcome.FAILED)
    assert "取り消されました" in result.stderr


def test_options_that_contradict_each_other_are_a_mistake_of_usage(signed_in):
    signed_in("install", exit_code=Outcome.USAGE)
    signed_in("install", "yokoten/handover-notes", "--resume", "x", exit_code=Outcome.USAGE)
    signed_in("install", "--resume", "nothing", exit_code=Outcome.REFUSED)


def children_seconds():
    """Return what the processor worked for children that have ended; how long they took depends on others, too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_program_starts_fast_and_keeps_stdout_for_the_document(program):
    before = children_seconds()
    ran = program("search", "補助金", "--json")
    out, told = ran.communicate(timeout=60)
    assert children_seconds() - before < 3
    total = json.loads(out)["total"]
    assert ran.returncode == 0
    assert total >= 3
    assert f"{total}件" in told


def change_settings(service, app_id, **settings):
    """Change settings of an app in the demo's workspace, and wait until they are in use."""
    workspace = service.demo["workspace"]
    account = Account(workspace["kintone_url"], workspace["user"], workspace["password"])
    outbound = OutboundHttp(trusted=frozenset({f"localhost:{service.port}"}))
    client = KintoneClient(DomainTransport(outbound, account))
    client.call("PUT", "preview/app/settings.json", body={"app": app_id, **settings})
    client.deploy({app_id: None})
    while client.deploy_status([app_id])[app_id] is DeployStatus.PROCESSING:
        time.sleep(0.1)


def test_whether_an_installation_is_still_what_the_template_says_is_told_by_the_exit_code(signed_in, service):
    installed = signed_in.json("install", "yokoten/handover-notes", "--no-samples")
    installation_id = installed["installation_id"]
    told = signed_in.json("verify", installation_id, "--now")
    assert (told["state"], told["verification"]["result"]) == ("done", "identical")
    change_settings(service, next(iter(installed["app_ids"].values())), description="説明を変えた")
    told = signed_in("verify", installed["id"], "--now", exit_code=Outcome.FINDINGS).stdout
    assert "settings/description" in told
    left = signed_in("verify", installation_id, "--now", "--timeout", "0", exit_code=Outcome.UNFINISHED)
    assert f"yokoten verify {installation_id} --now" in left.stderr
    signed_in("verify", installation_id, "--now", "--receipt", "r.json", exit_code=Outcome.USAGE)
    signed_in("verify", "nothing", "--now", exit_code=Outcome.REFUSED)
