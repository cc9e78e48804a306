"""What is installed and read back is the bundle again, and what was read back installs as the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine

from marketplace.bundle.checking import check
from marketplace.bundle.matching import match_apps
from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.bundle.reading import read_folder
from marketplace.bundle.writing import canonical_files
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.run import run_import
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from marketplace.sandbox.people import services as people
from marketplace.transports import InProcessTransport, connect_in_process
from tests.catalog.first_party import folder_id
from tests.conftest import ConnectionSessions
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.installs.exporting import export
from tests.installs.factories import Worker
from tests.installs.fault_matrix import add_plugin, make_plugin_id
from tests.installs.random_bundles import CODES, bundles
from tests.installs.test_first_party import CATALOG, newest_versions
from tests.sampling import THOROUGH, sampled

IDENTICAL = {"result": "identical", "count": 0, "differences": [], "unread": [], "changed": []}
ADD = {"USER": "add_user", "GROUP": "add_group", "ORGANIZATION": "add_organization"}
MOST_REPORTED = 10


QUICK_EVERY = 24


def every_version() -> list[Any]:
    """Return the folder of each version of each first-party template."""
    folders = [folder for folder in sorted(CATALOG.glob("*/*")) if folder.is_dir()]
    return sampled(folders, folder_id, slow_every=4, quick=newest_versions()[::QUICK_EVERY])


class Trip:
    """Installs bundles into workspaces of their own and reads the apps back."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.app = MarketplaceApp(sessions=worker.sessions, ports=worker.ports, now=worker.clock)
        self.app.mount(blueprint, site_caller)

    def install(self, bundle: Bundle, codes: dict[str, str]) -> None:
        """Install a bundle into a workspace of its own, and see that the import found it identical."""
        kinds = {one.key: one.kind for one in bundle.manifest.placeholders}
        import_id = self.worker.order(bundle, placeholders=codes, sample_records=False)
        site_id = self.worker.progress(import_id).import_.workspace_id
        with unit_of_work(self.worker.sessions) as (session, _):
            sites.create_site(session, site_id, "試行用", self.worker.clock())
            for key, code in codes.items():
                getattr(people, ADD[kinds[key]])(session, site_id, code, code)
        add_plugin(KintoneClient(InProcessTransport(self.app, site_id)))
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
        self.client, self.app_ids = KintoneClient(InProcessTransport(self.app, site_id)), progress.app_ids

    def export(self) -> Bundle:
        """Make a draft of the apps installed last, as the service does for authors."""
        exported = export(self.client, list(self.app_ids.values()))
        assert exported.left == ()
        self.replaced = exported.replaced
        return exported.bundle


def differences(bundle: Bundle, found: list[AppDefinition]) -> list[Any]:
    """Return where the apps read back are not what the bundle says, sample records aside."""
    by_key = {app.key: app for app in found}
    wanted = [replace(app, parts=without_records(app)) for app in bundle.apps]
    return [one for app in wanted for one in match_apps(app, by_key[app.key])][:MOST_REPORTED]


def without_records(app: AppDefinition) -> dict[PartName, Any]:
    return {part: content for part, content in app.parts.items() if part is not PartName.RECORDS}


def assert_comes_round(trip: Trip, bundle: Bundle, codes: dict[str, str]) -> None:
    """Install, export, install the export elsewhere, export that: the same bundle to the last byte."""
    trip.install(bundle, codes)
    exported, replaced = trip.export(), trip.replaced
    renamed = in_the_names_of(bundle, exported, codes, replaced)
    assert differences(bundle, renamed) == []
    trip.install(exported, replaced)
    again = trip.export()
    assert trip.replaced == replaced
    assert canonical_files(again) == canonical_files(exported)


def in_the_names_of(
    bundle: Bundle, exported: Bundle, codes: dict[str, str], replaced: dict[str, str]
) -> list[AppDefinition]:
    """Return exported apps under the keys of apps and placeholders that the bundle they came from has."""
    keys = {mine.key: theirs.key for theirs, mine in zip(bundle.apps, exported.apps, strict=True)}
    by_code = {code: key for key, code in codes.items()}
    names = {f"{{{{{mine}}}}}": f"{{{{{by_code[code]}}}}}" for mine, code in replaced.items()}

    def rename(value: Any) -> Any:
        if isinstance(value, list):
            return [rename(item) for item in value]
        if isinstance(value, dict):
            related = {"app": keys[value["app"]]} if isinstance(value.get("app"), str) else {}
            return {name: rename(inner) for name, inner in value.items()} | related
        if isinstance(value, str):
            return re.sub(r"\{\{[a-z0-9-]+\}\}", lambda found: names[found[0]], value)
        return value

    return [
        replace(app, key=keys[app.key], parts={part: rename(content) for part, content in app.parts.items()})
        for app in exported.apps
    ]


@pytest.mark.parametrize("folder", every_version())
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


@pytest.mark.parametrize(
    "examples",
    [2, pytest.param(8, marks=pytest.mark.slow), pytest.param(40, marks=[*THOROUGH, pytest.mark.timeout(600)])],
)
def test_any_bundle_comes_round(engine: Engine, examples: int):
    TESTED["engine"] = engine
    chosen = settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # Shrinking would take hours: each try installs twice.
    )
    chosen(given(bundles(make_plugin_id()))(comes_round))()
