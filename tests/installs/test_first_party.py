"""Every first-party template comes to life in a built-in workspace, as its bundle says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from semantic_version import Version

from marketplace.bundle.model import PartName
from marketplace.bundle.reading import read_folder
from marketplace.installs.verification import Verification
from marketplace.kintone import translation
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.field_types import is_creatable
from marketplace.kintone.samples import count_files, sample_records, wanted_statuses
from marketplace.kintone.translation import Target
from marketplace.transports import InProcessTransport
from tests.installs.test_builtin_workspace import BuiltIn
from tests.sampling import sampled

FILES_OF_SETTINGS = 10
ALWAYS = {"subsidy-grant-management", "vaccination-reservation", "handover-notes", "disaster-certificate"}
CATALOG = Path(__file__).parents[2] / "templates_catalog"


def newest_versions():
    """Return the folder of each template's newest version."""
    slugs = sorted(folder for folder in CATALOG.iterdir() if folder.is_dir())
    return [max(slug.iterdir(), key=lambda folder: Version(folder.name)) for slug in slugs]


def differences(expected: Any, actual: Any, place: str = "") -> list[str]:
    """Return where something set is not as it was set; what kintone adds of its own does not count."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [one for key, value in expected.items() for one in differences(value, actual.get(key), f"{place}/{key}")]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [one for number, (mine, theirs) in pairs for one in differences(mine, theirs, f"{place}/{number}")]
    return [] if str(expected) == str(actual) else [f"{place}: {expected!r} became {actual!r}"]


class CountingTransport:
    """Carries calls to the real server and notes which app each is counted against."""

    def __init__(self, transport):
        self.transport, self.calls = transport, 0
        self.by_app = Counter()

    def send(self, method, path, **sent):
        self.calls += 1
        given = (sent.get("body") or {}) | (sent.get("params") or {})
        named = [given.get("app"), *(one["app"] for one in given.get("apps", ()))]
        deploying = [value for name, value in given.items() if name.startswith("apps[")]
        self.by_app.update(str(app) for app in (*named, *deploying) if app)
        return self.transport.send(method, path, **sent)


def each_template():
    """Return the templates, some of different make for the quick run: tests/catalog installs every one."""
    folders = newest_versions()
    quick = [folder for folder in folders if folder.parent.name in ALWAYS]
    return sampled(folders, lambda folder: folder.parent.name, slow_every=4, quick=quick)


@pytest.mark.parametrize("folder", each_template())
def test_it_is_installed_as_its_bundle_says_with_the_calls_its_plan_foresees(worker, folder):
    bundle = read_folder(folder)
    built_in = BuiltIn(worker)
    import_id = built_in.order(bundle=bundle, placeholders={})
    budget = worker.plan_of(bundle, placeholders={}).budget
    counting = CountingTransport(InProcessTransport(built_in.app, built_in.site_id))
    built_in.run(import_id, lambda _session, _site, _starter: KintoneClient(counting))
    # Where a condition closes the shortest way of a sample record, the others of its group are tried one by one.
    assert budget.calls <= counting.calls <= budget.calls + 3 * may_turn_back(bundle)
    ids = worker.progress(import_id).app_ids
    files = sum(count_files(app) for app in bundle.apps)
    for app in budget.apps:
        # Uploads name no app; the plan counts them all the same.
        assert (
            counting.by_app[ids[app.key]] - 3 * may_turn_back(bundle)
            <= app.calls
            <= counting.by_app[ids[app.key]] + 2 * files + FILES_OF_SETTINGS
        )
    progress = worker.progress(import_id)
    assert progress.failure is None
    assert [note.ja for step in progress.steps for note in step.notes] == []
    assert Verification.from_document(progress.steps[-1].outcome) == Verification((), 0, ())
    target = Target(progress.app_ids, {})
    for app in bundle.apps:
        app_id = progress.app_ids[app.key]
        assert unlike(built_in.client, app, app_id, target) == []
        records = built_in.client.get_records(app_id, "order by $id asc limit 500")
        assert len(records) == len(sample_records(app))
        assert [moved for moved in zip(states(records), wanted_statuses(app), strict=True) if is_behind(*moved)] == []


def may_turn_back(bundle):
    """Return how many sample records a condition of a process might hold up."""
    return sum(
        len(sample_records(app))
        for app in bundle.apps
        if any(action.get("filterCond") for action in (app.part(PartName.PROCESS) or {}).get("actions") or ())
    )


def unlike(client, app, app_id, target):
    """Return where the live app differs from the bundle."""
    fields = client.get_form_fields(app_id, Stage.LIVE)
    codes = [code for code, field in app.fields.items() if is_creatable(field)]
    found = differences(translation.fields_body(app, codes, target), fields, "fields")
    assert {code for code, field in app.fields.items() if not is_creatable(field)} <= fields.keys()
    parts = [
        ("app/form/layout", translation.layout_body(app, target)),
        ("app/views", translation.views_body(app, target)),
        ("app/status", translation.process_body(app, target)),
        ("app/reports", translation.reports_body(app, target)),
        ("app/actions", translation.actions_body(app, target)),
    ]
    for api, body in parts:
        if body is not None:
            found += differences(body, client.call("GET", f"{api}.json", params={"app": app_id}), api)
    name = client.get_settings(app_id, Stage.LIVE)["name"]
    return found + differences((app.part(PartName.SETTINGS) or {})["name"], name, "name")


def states(records):
    """Return the state of each record; None where the app has no process."""
    return [next((cell["value"] for cell in record.values() if cell["type"] == "STATUS"), None) for record in records]


def is_behind(state, wanted):
    """Tell whether a record has not reached its state."""
    return wanted is not None and state != wanted
