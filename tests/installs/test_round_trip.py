"""What is installed and read back is the bundle again, and what was read back installs as the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.checking import check
from marketplace.bundle.matching import match_apps
from marketplace.bundle.model import AppDefinition, Bundle, PartName, PlaceholderKind
from marketplace.bundle.reading import read_folder, read_zip
from marketplace.bundle.writing import write_zip
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.run import run_import
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.reading.apps import read_apps
from marketplace.kintone.reading.principals import PlaceholderNames, Principal
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from marketplace.sandbox.people import services as people
from marketplace.transports import InProcessTransport, connect_in_process
from tests.conftest import ConnectionSessions
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.installs.factories import Worker
from tests.installs.random_bundles import CODES, bundles
from tests.installs.test_first_party import newest_versions

IDENTICAL = {"result": "identical", "count": 0, "differences": [], "unread": [], "changed": []}
ADD = {"USER": "add_user", "GROUP": "add_group", "ORGANIZATION": "add_organization"}
MOST_REPORTED = 10


class Trip:
    """Installs bundles into workspaces of their own and reads the apps back."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.app = MarketplaceApp(sessions=worker.sessions, ports=worker.ports, now=worker.clock)
        self.app.mount(blueprint, site_caller)

    def install(self, bundle: Bundle, codes: dict[str, str], **options: Any) -> list[AppDefinition]:
        """Install a bundle, see that the import found it identical, and return the apps as they are read back."""
        kinds = {one.key: one.kind for one in bundle.manifest.placeholders}
        import_id = self.worker.order(bundle, placeholders=codes, **options)
        site_id = self.worker.progress(import_id).import_.workspace_id
        with unit_of_work(self.worker.sessions) as (session, _):
            sites.create_site(session, site_id, "試行用", self.worker.clock())
            for key, code in codes.items():
                getattr(people, ADD[kinds[key]])(session, site_id, code, code)
        run_import(
            self.worker.sessions,
            self.worker.ports,
            connect_in_process(self.app),
            import_id,
            self.worker.clock,
            self.worker.pauses.append,
        )
        progress = self.worker.progress(import_id)
        assert progress.failure is None, progress.failure
        verified = progress.steps[-1].outcome
        assert verified == IDENTICAL, verified["differences"]
        known = {Principal(PlaceholderKind(kinds[key]), code): key for key, code in codes.items()}
        ids = {app_id: key for key, app_id in progress.app_ids.items()}
        client = KintoneClient(InProcessTransport(self.app, site_id))
        found = read_apps(client, ids, PlaceholderNames(known))
        assert [one for each in found for one in (*each.left, *each.unread)] == []
        return [each.definition for each in found]


def differences(bundle: Bundle, found: list[AppDefinition]) -> list[Any]:
    """Return where the apps read back are not what the bundle says, sample records aside."""
    by_key = {app.key: app for app in found}
    wanted = [replace(app, parts=without_records(app)) for app in bundle.apps]
    return [one for app in wanted for one in match_apps(app, by_key[app.key])][:MOST_REPORTED]


def without_records(app: AppDefinition) -> dict[PartName, Any]:
    return {part: content for part, content in app.parts.items() if part is not PartName.RECORDS}


def bundle_of(original: Bundle, found: list[AppDefinition]) -> Bundle:
    """Return the bundle that the apps read back are, with the papers of the one they came from."""
    raw = {**original.manifest.raw, "slug": "read-back"}
    by_key = {app.key: app for app in found}
    apps = tuple(by_key[app.key] for app in original.apps)
    return read_zip(write_zip(replace(original, manifest=build_manifest(raw), apps=apps)))


def assert_comes_round(trip: Trip, bundle: Bundle, codes: dict[str, str]) -> None:
    first = trip.install(bundle, codes, sample_records=False)
    assert differences(bundle, first) == []
    again = bundle_of(bundle, first)
    assert [finding.as_dict() for finding in check(again) if finding.is_error] == []
    second = trip.install(again, codes, sample_records=False)
    assert {app.key: app for app in second} == {app.key: app for app in first}


@pytest.mark.parametrize("folder", newest_versions(), ids=lambda folder: folder.parent.name)
def test_a_first_party_template_comes_round(worker, folder):
    bundle = read_folder(folder)
    codes = {one.key: f"code-{number}" for number, one in enumerate(bundle.manifest.placeholders)}
    assert_comes_round(Trip(worker), bundle, codes)


TESTED: dict[str, Engine] = {}


def comes_round(bundle: Bundle) -> None:
    with TESTED["engine"].connect() as connection:
        outer = connection.begin()
        ports = Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue())
        trip = Trip(Worker(ConnectionSessions(connection), ports, FixedClock()))
        try:
            assert [finding.as_dict() for finding in check(bundle) if finding.is_error] == []
            assert_comes_round(trip, bundle, CODES)
        finally:
            outer.rollback()


@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_any_bundle_comes_round(engine: Engine, examples: int):
    TESTED["engine"] = engine
    chosen = settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < 10,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # Shrinking would take hours: each try installs twice.
    )
    chosen(given(bundles())(comes_round))()
