"""Lays out the steps that install a bundle: the right order, the fewest calls and deploys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.references import install_order
from marketplace.installs.models import StepKind
from marketplace.installs.sentences import label_of
from marketplace.installs.steps.take_over import CALLS_PER_APP
from marketplace.installs.target import Target as InstallTarget
from marketplace.kernel.text import Text
from marketplace.kintone import translation
from marketplace.kintone.client import APPS_PER_PAGE, FIELDS_PER_CALL, RECORDS_PER_PAGE
from marketplace.kintone.process_paths import count_calls, first_state, shortest_path
from marketplace.kintone.rounds import Rounds, sort_into_rounds
from marketplace.kintone.samples import batches, count_files, sample_records, wanted_statuses
from marketplace.kintone.sections import Sections, count_icons, count_reads, count_scripts, sections_of
from marketplace.kintone.translation import Target

CALLS_PER_DEPLOY = 2
"""Asking for it and seeing it done; a kintone that takes longer is asked again each second."""

PARTS = (
    (StepKind.PROCESS, PartName.PROCESS),
    (StepKind.VIEWS, PartName.VIEWS),
    (StepKind.REPORTS, PartName.REPORTS),
    (StepKind.ACTIONS, PartName.ACTIONS),
    (StepKind.NOTIFICATIONS, PartName.NOTIFICATIONS),
    (StepKind.PLUGINS, PartName.PLUGINS),
    (StepKind.CUSTOMIZE, PartName.CUSTOMIZE),
    (StepKind.ADMIN_NOTES, PartName.ADMIN_NOTES),
    (StepKind.PERMISSIONS, PartName.PERMISSIONS),
)
"""In the order in which an app gets them; the rights last, as they may end what the installer itself may do."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as the plan foresees it."""

    kind: StepKind
    app_key: str | None
    app_name: str
    calls: int
    """How many calls it takes when nothing goes wrong."""
    counted: Mapping[str, int] = field(default_factory=dict)
    """How many of them kintone counts against each app's requests of the day."""
    intent: JsonObject = field(default_factory=dict)

    @property
    def label(self) -> Text:
        """What the step does, in both languages."""
        return label_of(self.kind, self.app_name)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is in the workspace before the first app."""

    target: InstallTarget | None = None
    asks_thread: bool = False
    """Whether the thread of the space has to be looked up first."""
    apps_there: int = 0


NOWHERE_SPECIAL = Surroundings()


def outline(
    bundle: Bundle,
    placeholders: Mapping[str, str],
    *,
    with_sample_records: bool,
    surroundings: Surroundings = NOWHERE_SPECIAL,
) -> list[PlannedStep]:
    """Return the steps in order.

    Fields come in rounds with a deploy after each (kintone.rounds); everything else goes with the last round, because
    layout, views, process and rights may name any field. Sample records follow, those looked up first; at the end
    everything is read back.
    """
    rounds = sort_into_rounds(bundle)
    target = Target(app_ids=_EveryApp(), placeholders=placeholders)
    steps = [*_creations(bundle, surroundings)]
    for number in range(rounds.last):
        steps += _fields(bundle, rounds, number)
        changed = {step.app_key for step in steps if step.intent.get("round") == number}
        steps.append(_deploy([app for app in bundle.apps if number == 0 or app.key in changed]))
    steps += _fields(bundle, rounds, rounds.last)
    sections = {app.key: sections_of(app, target) for app in bundle.apps}
    for app in bundle.apps:
        steps += _parts(app, sections[app.key])
    steps.append(_deploy(bundle.apps))
    if with_sample_records:
        steps += _samples(bundle, target)
    return [*steps, _verification(bundle, sections, with_sample_records=with_sample_records)]


def checking(app_count: int) -> PlannedStep:
    """Return the step that comes before all others where apps of an earlier import are to be used."""
    return PlannedStep(StepKind.TAKE_OVER, None, "", CALLS_PER_APP * app_count)


def _creations(bundle: Bundle, surroundings: Surroundings) -> Iterator[PlannedStep]:
    """Return the steps that make the apps; kintone counts these calls against no app.

    Before the first one the list of apps is read to its end, page by page.
    """
    target = surroundings.target
    intent = {} if target is None else target.as_document()
    looks = surroundings.apps_there // APPS_PER_PAGE + 1 + surroundings.asks_thread
    for position, app in enumerate(bundle.apps):
        calls = 1 + (looks if position == 0 else 0)
        yield PlannedStep(StepKind.CREATE_APP, app.key, app.name, calls, intent=intent)


def _fields(bundle: Bundle, rounds: Rounds, number: int) -> Iterator[PlannedStep]:
    for app in bundle.apps:
        renames = number == 0 and translation.has_built_ins(app)
        posts = ceil(len(rounds.codes(app, number)) / FIELDS_PER_CALL)
        if posts or renames:
            yield _step(StepKind.ADD_FIELDS, app, posts + (2 if renames else 0), round=number)


def _parts(app: AppDefinition, sections: Sections) -> Iterator[PlannedStep]:
    """Return the steps of one app's settings; views come after the process that adds the field of the state."""
    yield _step(StepKind.SETTINGS, app, 1 + count_icons(app))
    yield _step(StepKind.LAYOUT, app, 1)
    for kind, part in PARTS:
        if sections.get(part):
            yield _step(kind, app, _calls_for(app, part, sections))


def _calls_for(app: AppDefinition, part: PartName, sections: Sections) -> int:
    match part:
        case PartName.PLUGINS:
            return len(translation.plugin_names(app))
        case PartName.CUSTOMIZE:
            return 1 + count_scripts(app)
        case _:
            return len(sections[part])


def _samples(bundle: Bundle, target: Target) -> Iterator[PlannedStep]:
    ordered = [bundle.app(key) for keys in install_order(bundle) for key in keys]
    for app in ordered:
        sent = batches(app)
        if sent:
            count = sum(len(batch) for batch in sent)
            yield _step(StepKind.RECORDS, app, len(sent) + count_files(app), records=count)
    for app in ordered:
        calls = _status_calls(app, target)
        if calls:
            yield _step(StepKind.STATUSES, app, 1 + calls)


def _status_calls(app: AppDefinition, target: Target) -> int:
    wanted = [state for state in wanted_statuses(app) if state]
    process = translation.process_body(app, target) if wanted else None
    if not process or not process.get("enable"):
        return 0
    return count_calls([shortest_path(process, first_state(process), state) or [] for state in wanted])


def _deploy(apps: Sequence[AppDefinition]) -> PlannedStep:
    keys = [app.key for app in apps]
    counted = dict.fromkeys(keys, CALLS_PER_DEPLOY)
    return PlannedStep(StepKind.DEPLOY, None, "", CALLS_PER_DEPLOY, counted, {"apps": keys})


def _verification(bundle: Bundle, sections: Mapping[str, Sections], *, with_sample_records: bool) -> PlannedStep:
    reads = {app.key: count_reads(app, sections[app.key]) for app in bundle.apps}
    if with_sample_records:
        for app in bundle.apps:
            reads[app.key] += ceil(len(sample_records(app)) / RECORDS_PER_PAGE)
    return PlannedStep(StepKind.VERIFY, None, "", sum(reads.values()), reads)


def _step(kind: StepKind, app: AppDefinition, calls: int, **intent: int) -> PlannedStep:
    return PlannedStep(kind, app.key, app.name, calls, {app.key: calls}, dict(intent))


class _EveryApp(dict[str, str]):
    """Knows an id for any app: the outline counts calls before there are any."""

    def __missing__(self, key: str) -> str:
        return key
