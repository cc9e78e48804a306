"""Imports of three apps into a real built-in workspace, each disturbed at one call, from the step it belongs to on.

An undisturbed import is run once, and its database copied before each step; a cell of the matrix goes on from there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from marketplace import schema
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs import run as running
from marketplace.installs import services
from marketplace.installs.errors import ChangesUndecidedError
from marketplace.installs.models import ImportState, StepKind
from marketplace.installs.queries import due_imports
from marketplace.installs.steps.registry import ACTS
from marketplace.installs.verification import Verification
from marketplace.kernel.ports import Ports
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient, Reply, Upload
from marketplace.kintone.samples import sample_records
from marketplace.sandbox.deploys.going_live import end
from marketplace.sandbox.models import App, DeployStatus, Record
from marketplace.sandbox.plugins.package import read_package
from tests.bundle.factories import Json, make_joined_bundle
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.installs.factories import Worker
from tests.installs.fake_kintone import KilledError, reply
from tests.installs.faults import DEPLOY_FAILS, FAULTS, Disturbed, Fault, Send
from tests.installs.test_builtin_workspace import BuiltIn
from tests.plugin_packages import make_package

PLUGIN = "帳票"
PATIENCE = timedelta(hours=24)
MOST_GOES = 8
MOMENTS = ("by itself", "another worker", "by a person")


def make_disturbed_bundle(plugin_id: str) -> Bundle:
    """Make three joined apps in which each kind of step occurs."""

    def add(apps: dict[str, dict[str, Json]]) -> None:
        request = apps["request"]
        script = {"type": "FILE", "file": {"path": "files/form.pdf"}}
        request["settings"]["icon"] = script
        request["customize"] = {
            "scope": "ALL",
            "desktop": {"js": [script, {"type": "URL", "url": "https://a.jp/b.js"}]},
        }
        request["admin_notes"] = {"content": "管理者へ", "includeInTemplateAndDuplicates": True}
        request["plugins"] = {"plugins": [{"id": plugin_id, "name": PLUGIN, "enabled": True}]}

    return make_joined_bundle(add)


@dataclass(frozen=True)
class Stage:
    """A workspace as it stood before one step of an import."""

    position: int
    kind: StepKind
    label: str
    database: Path
    moment: datetime
    blobs: Mapping[str, bytes]


@dataclass(frozen=True)
class Course:
    """How an undisturbed import went."""

    import_id: str
    site_id: str
    bundle: Bundle
    stages: tuple[Stage, ...]
    calls: tuple[tuple[tuple[str, str], ...], ...]
    """The calls of each step: method and path."""

    def cells(self) -> Iterator[Cell]:
        """Yield each call with each fault that can happen to it."""
        for stage, calls in zip(self.stages, self.calls, strict=True):
            for number, (method, path) in enumerate(calls, start=1):
                for fault in FAULTS:
                    yield Cell(stage, number, fault)
                if method == "POST" and path.endswith("app/deploy.json"):
                    yield Cell(stage, number, DEPLOY_FAILS)


@dataclass(frozen=True)
class Cell:
    """One call of a step, and what happens to it."""

    stage: Stage
    number: int
    fault: str


@dataclass(frozen=True)
class Ending:
    """How a disturbed import ended."""

    attempts: int
    """Of the step that was disturbed."""
    resumed: str
    wrong: tuple[str, ...] = ()
    """What is not as it should be."""


@dataclass
class Place:
    """A service with one workspace, all in one file."""

    database: Path
    clock: FixedClock = field(default_factory=FixedClock)
    blobs: MemoryBlobStore = field(default_factory=MemoryBlobStore)

    def __post_init__(self) -> None:
        self.engine = make_engine(f"sqlite:///{self.database}")
        ports = Ports(blobs=self.blobs, jobs=RecordingQueue())
        self.built_in = BuiltIn(Worker(Sessions(self.engine), ports, self.clock))

    @property
    def worker(self) -> Worker:
        return self.built_in.worker

    def run(self, import_id: str, transport: Any) -> None:
        self.built_in.run(import_id, lambda *_workspace: KintoneClient(transport))


@contextmanager
def opened(place: Place) -> Iterator[Place]:
    """Close the database at the end."""
    try:
        yield place
    finally:
        place.engine.dispose()


def record_course(folder: Path) -> Course:
    """Run an import undisturbed, and keep the workspace as it was before each step."""
    with opened(Place(folder / "course.db")) as place:
        schema.METADATA.create_all(place.engine)
        bundle = make_disturbed_bundle(make_plugin_id())
        import_id = place.built_in.order(bundle)
        add_plugin(place.built_in.client)
        disturbed = Disturbed(place.built_in.client.transport, {})
        stages: list[Stage] = []
        starts: list[int] = []

        def keep(scene: Any, planned: JsonObject) -> None:
            steps = place.worker.progress(import_id).steps
            step = steps[len(stages)]
            copied = folder / f"{len(stages)}.db"
            copy_database(place.database, copied)
            stages.append(
                Stage(step.position, step.kind, step.label.en, copied, place.clock(), dict(place.blobs.blobs))
            )
            starts.append(len(disturbed.calls))

        with patch.object(running, "ACTS", {kind: watched(act, keep) for kind, act in ACTS.items()}):
            place.run(import_id, disturbed)
        wrong = check(place, import_id, bundle)
        assert wrong == (), wrong
        ends = [*starts[1:], len(disturbed.calls)]
        calls = tuple(tuple(disturbed.calls[start:end]) for start, end in zip(starts, ends, strict=True))
        return Course(import_id, place.built_in.site_id, bundle, tuple(stages), calls)


def watched(act: Any, watch: Any) -> Any:
    """Return an act that tells when it is about to be intended for the first time."""

    def intend(scene: Any, planned: JsonObject) -> JsonObject:
        watch(scene, planned)
        return act.intend(scene, planned)

    return replace(act, intend=intend)


def make_plugin_id() -> str:
    return read_package(make_package()).id


def add_plugin(client: KintoneClient) -> None:
    key = client.upload_file(Upload("plugin.zip", "application/zip", make_package()))
    client.call("POST", "plugin.json", body={"fileKey": key})


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def disturb(course: Course, folder: Path, cell: Cell, further: Mapping[int, str] | None = None) -> Ending:
    """Go on from a stage with a fault at one of its calls, and `further` ones counted from there, to the end."""
    database = folder / "cell.db"
    for left in folder.glob("cell.db*"):
        left.unlink()
    copy_database(cell.stage.database, database)
    with opened(Place(database)) as place:
        place.clock.moment = cell.stage.moment
        place.blobs.blobs = dict(cell.stage.blobs)
        place.built_in.site_id = course.site_id
        faults = {number: fault_of(name, place) for number, name in (further or {}).items()}
        faults[cell.number] = fault_of(cell.fault, place)
        disturbed = Disturbed(place.built_in.client.transport, faults)
        resumed = to_the_end(place, course.import_id, disturbed)
        steps = place.worker.progress(course.import_id).steps
        return Ending(steps[cell.stage.position].attempts, resumed, check(place, course.import_id, course.bundle))


def fault_of(name: str, place: Place) -> Fault:
    return FAULTS[name] if name != DEPLOY_FAILS else lambda send: fail_deploy(place, send)


def fail_deploy(place: Place, _send: Send) -> Reply:
    """Take the request, and then fail at all of it."""
    with unit_of_work(place.worker.sessions) as (session, _after_commit):
        for app in session.scalars(select(App).where(App.site_id == place.built_in.site_id)):
            end(app, DeployStatus.FAIL, Text("値が重複しています。", "Values are repeated."))
    return reply(200, {})


def to_the_end(place: Place, import_id: str, transport: Disturbed) -> str:
    """Run an import as often as the service would, and as a person who reads the page would ask for; tell who did."""
    place.clock.advance(seconds=21)  # The worker of the stage is gone.
    resumed = 0
    for _ in range(MOST_GOES):
        with suppress(KilledError):
            place.run(import_id, transport)
        state = place.worker.progress(import_id).import_.state
        if state is ImportState.SUCCEEDED:
            break
        if state is ImportState.FAILED:
            try:
                place.worker.act(services.retry_import, import_id)
            except ChangesUndecidedError:
                # After several faults the import may not know its own change again; the person says to go on.
                place.worker.act(services.resume_over_changes, import_id)
            resumed = 2
        else:
            wait_until_due(place, import_id)
            resumed = max(resumed, 1)
    return MOMENTS[resumed]


def wait_until_due(place: Place, import_id: str) -> None:
    given_up = place.clock() + PATIENCE
    while place.clock() < given_up:
        with unit_of_work(place.worker.sessions, writes=False) as (session, _after_commit):
            if import_id in due_imports(session, place.clock()):
                return
        place.clock.advance(seconds=5)
    raise AssertionError("no worker would ever go on with this import")


def check(place: Place, import_id: str, bundle: Bundle) -> tuple[str, ...]:
    """Return what is not as it is after an undisturbed import."""
    return tuple(_wrong(place, import_id, bundle))


def _wrong(place: Place, import_id: str, bundle: Bundle) -> Iterator[str]:
    progress = place.worker.progress(import_id)
    if progress.import_.state is not ImportState.SUCCEEDED:
        yield f"the import is {progress.import_.state}: {progress.failure}"
        return
    verified = Verification.from_document(progress.steps[-1].outcome or {})
    if verified != Verification((), 0, ()):
        yield f"the verification says {verified}"
    with unit_of_work(place.worker.sessions, writes=False) as (session, _after_commit):
        site_id = place.built_in.site_id
        apps = session.scalars(select(App.app_id).where(App.site_id == site_id)).all()
        counted = session.execute(
            select(App.app_id, func.count())
            .join(Record, Record.app_pk == App.pk)
            .where(App.site_id == site_id)
            .group_by(App.app_id)
        )
        records = {str(app_id): count for app_id, count in counted}
    if sorted(map(str, apps)) != sorted(progress.app_ids.values()):
        yield f"there are the apps {sorted(apps)}"
    wanted = {progress.app_ids[app.key]: len(sample_records(app)) for app in bundle.apps if sample_records(app)}
    if records != wanted:
        yield f"there are {records} records, not {wanted}"
    left = [note.en for step in progress.steps for note in step.notes]
    if left:
        yield f"the steps say {left}"


def sample_of(cells: Sequence[Cell]) -> list[Cell]:
    """Return one cell for each kind of step and one for each fault, other calls with other faults each time."""
    by_kind: dict[StepKind, list[Cell]] = {}
    for cell in cells:
        by_kind.setdefault(cell.stage.kind, []).append(cell)
    names = list(dict.fromkeys(cell.fault for cell in cells if cell.fault != DEPLOY_FAILS))
    chosen = [cell for cell in cells if cell.fault == DEPLOY_FAILS][:1]
    for number, group in enumerate(by_kind.values()):
        fitting = [cell for cell in group if cell.fault == names[number % len(names)]]
        chosen.append(fitting[number % len(fitting)])
    return chosen
