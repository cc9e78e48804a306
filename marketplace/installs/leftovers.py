"""The apps that imports left behind when they stopped before their end: told, used by the next try, or dealt with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from marketplace.audit import services as audit
from marketplace.bundle.model import JsonObject
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.installs.errors import LeftoversInUseError, LeftoversNotThereError
from marketplace.installs.models import Import, ImportMode, ImportState, SettledLeftovers, Step, StepKind, StepState
from marketplace.installs.outline import PlannedStep, checking
from marketplace.installs.policy import require_installer, require_watcher
from marketplace.installs.steps.writing import ACCEPTS, BASE
from marketplace.kernel.actor import Permission
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox import apps as sandbox
from marketplace.sandbox import sites
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.people.members import foresee_starter
from marketplace.workspaces.queries import get_builtin_workspace

if TYPE_CHECKING:
    from marketplace.kernel.context import Context

STOPPED = (ImportState.FAILED, ImportState.CANCELLED)


@dataclass(frozen=True, slots=True)
class LeftoverApp:
    """One app that was made and belongs to no installation."""

    key: str
    name: str
    """In the bundle; in the workspace it may still have the one given first."""
    app_id: str


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The apps of one import that stopped."""

    import_: Import
    template: Template
    version: TemplateVersion
    apps: tuple[LeftoverApp, ...]
    perhaps: tuple[str, ...]
    """Names of apps of which nobody knows whether they were made: no answer to their creation was seen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an import is about to do: where, what, and what was answered, by the names of the columns that keep it."""

    workspace: Workspace
    version: TemplateVersion
    answers: Mapping[str, object]
    mode: ImportMode = ImportMode.PUSH


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a plan says of earlier imports of the same template."""

    leftovers: tuple[Leftovers, ...]
    continued: Leftovers | None
    """The one whose apps are used, if they are still what it left."""
    steps: list[PlannedStep]


def list_leftovers(ctx: Context, workspace_id: str, template_id: str | None = None) -> list[Leftovers]:
    """Return what imports left behind in a workspace, of all templates or of one, the latest first.

    Raises NotFoundError.
    """
    workspace = ctx.session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFoundError
    require_watcher(ctx.actor, municipality_code=workspace.municipality_code, workspace_id=workspace_id)
    query = (
        select(Import, Template, TemplateVersion)
        .join(Template, Template.id == Import.template_id)
        .join(TemplateVersion, TemplateVersion.id == Import.version_id)
        .where(Import.workspace_id == workspace_id, Import.state.in_(STOPPED))
        .where(~exists().where(SettledLeftovers.import_id == Import.id))
        .order_by(Import.created_at.desc(), Import.id)
    )
    if template_id is not None:
        query = query.where(Import.template_id == template_id)
    rows = ctx.session.execute(query).all()
    steps = _creations(ctx, [row[0].id for row in rows])
    found = [Leftovers(*row, apps=_made(steps[row[0].id]), perhaps=_perhaps(steps[row[0].id])) for row in rows]
    return [each for each in found if each.apps or each.perhaps]


def _creations(ctx: Context, import_ids: Sequence[str]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {import_id: [] for import_id in import_ids}
    steps = select(Step).where(Step.import_id.in_(import_ids), Step.kind == StepKind.CREATE_APP)
    for step in ctx.session.scalars(steps.order_by(Step.import_id, Step.position)):
        found[step.import_id].append(step)
    return found


def _made(steps: Sequence[Step]) -> tuple[LeftoverApp, ...]:
    return tuple(
        LeftoverApp(step.app_key or "", step.app_name, str(step.outcome["app"])) for step in steps if step.outcome
    )


def _perhaps(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(str(step.intent["marker"]) for step in steps if step.is_uncertain)


def dismiss_leftovers(ctx: Context, import_id: str) -> Leftovers:
    """Note that a person has dealt with the apps an import left behind; it can't be resumed any more.

    Raises NotFoundError, LeftoversNotThereError.
    """
    found = get_leftovers(ctx, import_id)
    _settle(ctx, found, "import.leftovers-dismissed")
    return found


def delete_leftovers(ctx: Context, import_id: str) -> Leftovers:
    """Delete the apps an import left behind in a built-in workspace, unless somebody put records into one.

    Raises NotFoundError, LeftoversNotThereError, LeftoversInUseError, NotBuiltInError.
    """
    found = get_leftovers(ctx, import_id)
    workspace_id = found.import_.workspace_id
    get_builtin_workspace(ctx, workspace_id, Permission.INSTALLS_WRITE)
    samples = {step.app_key: _most_records(step) for step in _steps(ctx, import_id) if step.kind is StepKind.RECORDS}
    apps = [(each, sandbox.find_app(ctx.session, workspace_id, int(each.app_id))) for each in found.apps]
    in_use = [each.name for each, app in apps if app is not None and app.record_count > samples.get(each.key, 0)]
    if in_use:
        raise LeftoversInUseError(names="」「".join(in_use))
    owner = sites.owner(ctx.session, workspace_id)
    named = [sandbox.find_app_named(ctx.session, workspace_id, name) for name in found.perhaps]
    for app in [*(app for _each, app in apps), *named]:
        if app is not None:
            sandbox.delete_app(ctx.session, owner, app, ctx.now())
    _settle(ctx, found, "import.leftovers-deleted")
    return found


def _most_records(step: Step) -> int:
    """Return how many records a step may have added: it adds all or, so far, some."""
    return int(step.intent.get("records", 0)) if step.outcome or step.is_uncertain else 0


def _settle(ctx: Context, found: Leftovers, act: str) -> None:
    found.import_.state = ImportState.CANCELLED
    ctx.session.add(SettledLeftovers(import_id=found.import_.id, settled_at=ctx.now()))
    ctx.session.flush()  # Whoever answers this request may list what is left.
    _note(ctx, act, found.import_, apps=", ".join(app.app_id for app in found.apps))


def get_leftovers(ctx: Context, import_id: str) -> Leftovers:
    """Return what an import of the caller's municipality left behind. Raises NotFoundError, LeftoversNotThereError."""
    import_ = ctx.session.get(Import, import_id)
    if import_ is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)
    every = list_leftovers(ctx, import_.workspace_id, import_.template_id)
    found = next((each for each in every if each.import_.id == import_id), None)
    if found is None:
        raise LeftoversNotThereError
    return found


def find_continued(ctx: Context, import_id: str) -> str | None:
    """Return the import whose journal and apps another took over, or None."""
    return ctx.session.scalar(select(SettledLeftovers.import_id).where(SettledLeftovers.continued_by == import_id))


def find_continuable(
    ctx: Context, every: Sequence[Leftovers], answers: Mapping[str, object], planned: Sequence[PlannedStep]
) -> Leftovers | None:
    """Return the latest of the imports that stopped on the very way that another is about to go.

    `answers` are what that one was asked for: everything that makes two imports of a version differ, by the names of
    the columns that keep it.
    """
    for each in every:
        same = all(getattr(each.import_, name) == value for name, value in answers.items())
        if same and _is_same_way(_steps(ctx, each.import_.id), planned):
            return each
    return None


def _is_same_way(steps: Sequence[Step], planned: Sequence[PlannedStep]) -> bool:
    """Tell whether a journal holds the steps planned, and knows the revisions of its apps."""
    knows = all("revision" in step.outcome for step in steps if step.kind is StepKind.CREATE_APP and step.outcome)
    return knows and [(step.kind, step.app_key) for step in steps] == [(each.kind, each.app_key) for each in planned]


def take_over(ctx: Context, earlier: Import, later: Import) -> list[Step]:
    """Write the journal of an import that stopped as that of another; return its steps, the first of which checks.

    The earlier one can't be resumed any more, for both would work on the same apps.
    """
    # Its worker may be at its last call; that has come to rest when the lease is over.
    later.not_before = earlier.lease_until
    earlier.state = ImportState.CANCELLED
    ctx.session.add(SettledLeftovers(import_id=earlier.id, continued_by=later.id, settled_at=ctx.now()))
    steps = _steps(ctx, earlier.id)
    check = Step(import_id=later.id, position=0, kind=StepKind.TAKE_OVER, app_key=None, app_name="", attempts=0)
    check.state, check.intent = StepState.PENDING, {"apps": _left(steps)}
    _note(ctx, "import.continued", earlier, by=later.id)
    return [check, *(_copied(step, later.id, position) for position, step in enumerate(steps, 1))]


def forget_progress(steps: Sequence[Step]) -> None:
    """Let an import begin anew: what was taken over of a journal counts no longer."""
    for step in steps:
        if step.kind is not StepKind.TAKE_OVER:
            step.state, step.attempts, step.is_uncertain = StepState.PENDING, 0, False
            step.intent = {name: value for name, value in step.intent.items() if name not in {BASE, ACCEPTS}}
            step.outcome = step.started_at = step.finished_at = None


def _steps(ctx: Context, import_id: str) -> list[Step]:
    """Return the steps of an import without the one that took over an earlier journal."""
    steps = select(Step).where(Step.import_id == import_id, Step.kind != StepKind.TAKE_OVER)
    return list(ctx.session.scalars(steps.order_by(Step.position)))


def _copied(step: Step, import_id: str, position: int) -> Step:
    is_done = step.state is StepState.DONE
    return Step(
        import_id=import_id,
        position=position,
        kind=step.kind,
        app_key=step.app_key,
        app_name=step.app_name,
        state=step.state if is_done else StepState.PENDING,
        attempts=step.attempts,
        is_uncertain=step.is_uncertain,
        intent=step.intent,
        outcome=step.outcome,
        started_at=step.started_at,
        finished_at=step.finished_at if is_done else None,
    )


def _left(steps: Sequence[Step]) -> list[JsonObject]:
    """Return what is known of each app: its last revision, its sample records, and whether a step on it is open."""
    apps: dict[str, JsonObject] = {}
    for step in steps:
        outcome = step.outcome or {}
        if step.kind is StepKind.CREATE_APP and outcome:
            apps[step.app_key or ""] = {"app": str(outcome["app"]), "name": step.app_name, "records": []}
        for key, revision in step.intent.get(BASE, {}).items():
            apps[key]["revision"] = revision
        app = apps.get(step.app_key or "")
        if app is None:
            continue
        app |= {"is_open": app.get("is_open", False) or step.is_uncertain}
        app |= {"revision": outcome["revision"]} if "revision" in outcome else {}
        if step.kind is StepKind.RECORDS and (outcome or step.is_uncertain):
            app |= {"records": outcome.get("ids"), "most_records": step.intent.get("records", 0)}
    return list(apps.values())


def foresee(ctx: Context, wanted: Wanted, steps: list[PlannedStep]) -> Foreseen:
    """Return what is left of earlier imports of the same template, and the steps with the check of what is used."""
    workspace, version = wanted.workspace, wanted.version
    answers = {"version_id": version.id, "started_by": foresee_starter(ctx, workspace), **wanted.answers}
    every = list_leftovers(ctx, workspace.id, version.template_id)
    # A package is a whole installation: what it would go on with is known only where it is carried to.
    continued = None if wanted.mode is ImportMode.CARRY else find_continuable(ctx, every, answers, steps)
    return Foreseen(tuple(every), continued, [*([] if continued is None else [checking(len(continued.apps))]), *steps])


def _note(ctx: Context, act: str, import_: Import, **facts: str) -> None:
    subject, workspace = f"import:{import_.id}", import_.workspace_id
    audit.record(ctx, act, subject, municipality_code=import_.municipality_code, workspace=workspace, **facts)
