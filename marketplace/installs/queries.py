"""Reads imports with their progress, what is installed where, and who uses a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.bundle.model import JsonObject
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.db.reading import read_rows
from marketplace.installs.failures import Failure
from marketplace.installs.lease import is_abandoned
from marketplace.installs.leftovers import find_continued
from marketplace.installs.models import (
    UNDER_WAY,
    Import,
    ImportMode,
    ImportState,
    Installation,
    Step,
    StepKind,
    StepState,
)
from marketplace.installs.policy import require_watcher
from marketplace.installs.sentences import label_of, list_notes
from marketplace.installs.target import Target, target_of
from marketplace.jobs.workers import Strangers, Workers
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.workspaces.models import Workspace

_user, _installed = Municipality.__table__.c, Installation.__table__.c
_WHO = (_user.code, _user.name, _user.prefecture, _user.size_class)
_USERS = (
    select(*_WHO, func.min(_installed.installed_at))
    .join_from(Municipality.__table__, Installation.__table__, _installed.municipality_code == _user.code)
    .where(_installed.template_id == bindparam("template_id"))
    .group_by(*_WHO)
    .order_by(_user.code)
)
"""Made once: making it takes longer than the database needs to answer it."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of an import as people see it."""

    position: int
    kind: StepKind
    app_key: str | None
    app_name: str
    label: Text
    state: StepState
    attempts: int
    outcome: JsonObject | None
    notes: tuple[Text, ...]
    """What the step had to leave behind."""
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import with what is installed and how far it has come."""

    import_: Import
    template: Template
    version: TemplateVersion
    done: int
    total: int
    failure: Failure | None
    waiting_for: Failure | None
    """Why it is set aside until the moment that the import names; None when it is not."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import with each of its steps."""

    import_: Import
    template: Template
    version: TemplateVersion
    steps: tuple[StepView, ...]
    failure: Failure | None
    waiting_for: Failure | None
    """Why it is set aside until the moment that the import names; None when it is not."""
    app_ids: dict[str, str]
    """The apps made so far: id in the workspace by key in the bundle."""
    continues: str | None
    """The import that stopped before its end and whose apps this one took over."""

    @property
    def target(self) -> Target | None:
        """The space that the apps go into, if one was asked for."""
        return target_of(self.import_.target)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(1 for step in self.steps if step.state is StepState.DONE)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class InstallationView:
    """A template placed in a workspace, and whether there is something newer."""

    installation: Installation
    workspace_name: str
    template: Template
    version: str
    newer_version: str | None


@dataclass(frozen=True, slots=True)
class UsingMunicipality:
    """A municipality that installed a template."""

    code: str
    name: str
    prefecture: str
    size_class: str | None
    installed_at: datetime
    """When it did so for the first time."""


def get_import(ctx: Context, import_id: str) -> ImportProgress:
    """Return an import of the caller's own municipality with its steps. Raises NotFoundError."""
    import_ = ctx.session.get(Import, import_id)
    if import_ is None:
        raise NotFoundError
    require_watcher(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)
    steps = ctx.session.scalars(select(Step).where(Step.import_id == import_id).order_by(Step.position)).all()
    made = [step for step in steps if step.kind is StepKind.CREATE_APP and step.outcome]
    return ImportProgress(
        import_=import_,
        template=ctx.session.get_one(Template, import_.template_id),
        version=ctx.session.get_one(TemplateVersion, import_.version_id),
        steps=tuple(_step_view(step) for step in steps),
        failure=_failure(import_),
        waiting_for=_waiting_for(import_),
        continues=find_continued(ctx, import_id),
        app_ids={step.app_key: str(step.outcome["app"]) for step in made if step.app_key and step.outcome},
    )


def list_imports(ctx: Context, workspace_id: str) -> list[ImportSummary]:
    """Return the imports of a workspace, the newest first. Raises NotFoundError."""
    _require_workspace(ctx, workspace_id)
    done = func.sum(case((Step.state == StepState.DONE, 1), else_=0)).label("done")
    counted = select(Step.import_id, done, func.count().label("total")).group_by(Step.import_id).subquery()
    rows = ctx.session.execute(
        select(Import, Template, TemplateVersion, counted.c.done, counted.c.total)
        .join(Template, Template.id == Import.template_id)
        .join(TemplateVersion, TemplateVersion.id == Import.version_id)
        .join(counted, counted.c.import_id == Import.id)
        .where(Import.workspace_id == workspace_id)
        .order_by(Import.created_at.desc(), Import.id)
    )
    return [
        ImportSummary(import_, template, version, int(done), int(total), _failure(import_), _waiting_for(import_))
        for import_, template, version, done, total in rows
    ]


def list_installations(ctx: Context, workspace_id: str | None = None) -> list[InstallationView]:
    """Return what is installed in a workspace, or in all of the municipality the caller acts for; newest first."""
    if workspace_id is not None:
        _require_workspace(ctx, workspace_id)
        condition = Installation.workspace_id == workspace_id
    else:
        condition = _own_installations(ctx)
    rows = ctx.session.execute(_installations().where(condition))
    return [_installation_view(row) for row in rows]


def get_installation(ctx: Context, installation_id: str) -> InstallationView:
    """Return an installation of the caller's own municipality. Raises NotFoundError."""
    row = ctx.session.execute(_installations().where(Installation.id == installation_id)).one_or_none()
    if row is None:
        raise NotFoundError
    found = row[0]
    require_watcher(ctx.actor, municipality_code=found.municipality_code, workspace_id=found.workspace_id)
    return _installation_view(row)


def has_installation(ctx: Context, municipality_code: str, template_id: str) -> bool:
    """Tell whether a municipality has ever installed a template."""
    found = exists().where(Installation.municipality_code == municipality_code, Installation.template_id == template_id)
    return bool(ctx.session.scalar(select(found)))


def users_of_template(ctx: Context, template_id: str) -> list[UsingMunicipality]:
    """Return the municipalities that installed a template, in the order of their codes; this is public."""
    rows = read_rows(ctx.session, _USERS, {"template_id": template_id}).all()
    return [UsingMunicipality(*row) for row in rows]


def due_imports(session: Session, now: datetime, workers: Workers | None = None) -> list[str]:
    """Return the ids of the imports no worker is at: queued, or of a worker that is gone or let its lease run out.

    Those that are set aside come when their time has come.
    """
    workers = workers or Strangers()
    under_way = (
        select(Import.id, Import.lease_owner, Import.lease_until, Workspace.kind)
        .join(Workspace, Workspace.id == Import.workspace_id)
        .where(
            Import.state.in_(UNDER_WAY),
            Import.mode == ImportMode.PUSH,
            or_(Import.not_before.is_(None), Import.not_before <= now),
        )
        .order_by(Import.created_at, Import.id)
    )
    return [
        row.id
        for row in session.execute(under_way)
        if row.lease_until is None or row.lease_until <= now or is_abandoned(workers, row.lease_owner, row.kind)
    ]


def _require_workspace(ctx: Context, workspace_id: str) -> None:
    workspace = ctx.session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFoundError
    require_watcher(ctx.actor, municipality_code=workspace.municipality_code, workspace_id=workspace_id)


def _own_installations(ctx: Context) -> ColumnElement[bool]:
    code = ctx.actor.municipality_code or ""
    require_watcher(ctx.actor, municipality_code=code, workspace_id=ctx.actor.workspace_id or "")
    own = Installation.municipality_code == code
    return own if ctx.actor.workspace_id is None else own & (Installation.workspace_id == ctx.actor.workspace_id)


_Latest = aliased(TemplateVersion)


def _installations() -> Select[Installation, str, Template, str, str | None]:
    newer = case((_Latest.precedence > TemplateVersion.precedence, _Latest.number), else_=None)
    return (
        select(Installation, Workspace.name, Template, TemplateVersion.number, newer)
        .join(Workspace, Workspace.id == Installation.workspace_id)
        .join(Template, Template.id == Installation.template_id)
        .join(TemplateVersion, TemplateVersion.id == Installation.version_id)
        .outerjoin(_Latest, _Latest.id == Template.latest_version_id)
        .order_by(Installation.installed_at.desc(), Installation.id)
    )


def _installation_view(row: Row[Installation, str, Template, str, str | None]) -> InstallationView:
    return InstallationView(*row)


def _failure(import_: Import) -> Failure | None:
    failed = import_.state is ImportState.FAILED and import_.error is not None
    return Failure.from_document(import_.error) if failed and import_.error else None


def _waiting_for(import_: Import) -> Failure | None:
    waits = import_.state in UNDER_WAY and import_.not_before is not None
    return Failure.from_document(import_.error) if waits and import_.error else None


def _step_view(step: Step) -> StepView:
    return StepView(
        position=step.position,
        kind=step.kind,
        app_key=step.app_key,
        app_name=step.app_name,
        label=label_of(step.kind, step.app_name),
        state=step.state,
        attempts=step.attempts,
        outcome=step.outcome,
        notes=list_notes(step.kind, step.outcome),
        started_at=step.started_at,
        finished_at=step.finished_at,
    )
