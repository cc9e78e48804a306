"""Finds exports of the caller's own municipality, and those that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.exports.errors import ExportNotASurveyError, ExportNotFoundError
from marketplace.exports.inputs import ExportOrder
from marketplace.exports.models import UNDER_WAY, Export, ExportState
from marketplace.exports.policy import require_exporter
from marketplace.exports.progress import Progress
from marketplace.exports.report import Report
from marketplace.installs.failures import Failure
from marketplace.jobs.workers import Strangers, Workers, is_abandoned
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.models import TRYOUT, Workspace

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export with how far it has come, and what it came to."""

    export: Export
    order: ExportOrder
    progress: Progress
    report: Report | None
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that has ended, and what it found."""

    export: Export
    order: ExportOrder
    report: Report


def get_exportable_workspace(ctx: Context, workspace_id: str) -> Workspace:
    """Return an open workspace of whose apps the caller may make templates.

    Raises WorkspaceNotFoundError, UnauthenticatedError or ForbiddenError.
    """
    # PostgreSQL fails on a NUL inside a text, and no id has one.
    workspace = ctx.session.get(Workspace, workspace_id) if workspace_id.isprintable() else None
    if workspace is None or workspace.closed_at is not None or workspace.kind == TRYOUT:
        raise WorkspaceNotFoundError
    try:
        require_exporter(ctx.actor, municipality_code=workspace.municipality_code, workspace_id=workspace.id)
    except NotFoundError as error:
        raise WorkspaceNotFoundError from error
    return workspace


def find_own_export(ctx: Context, export_id: str) -> Export:
    """Return the row of an export the caller may see. Raises ExportNotFoundError or ForbiddenError."""
    export = ctx.session.get(Export, export_id) if export_id.isprintable() else None
    if export is None:
        raise ExportNotFoundError
    try:
        require_exporter(ctx.actor, municipality_code=export.municipality_code, workspace_id=export.workspace_id)
    except NotFoundError as error:
        raise ExportNotFoundError from error
    return export


def get_export(ctx: Context, export_id: str) -> ExportView:
    """Return an export with its report. Raises ExportNotFoundError or ForbiddenError."""
    return _view(find_own_export(ctx, export_id))


def get_survey(ctx: Context, export_id: str) -> Survey:
    """Return a survey that found apps. Raises ExportNotFoundError, ForbiddenError or ExportNotASurveyError."""
    found = get_export(ctx, export_id)
    if not found.export.dry_run or found.report is None:
        raise ExportNotASurveyError
    return Survey(found.export, found.order, found.report)


def list_exports(ctx: Context, workspace_id: str) -> list[ExportView]:
    """Return the latest exports of a workspace, newest first. Raises WorkspaceNotFoundError or ForbiddenError."""
    get_exportable_workspace(ctx, workspace_id)
    chosen = select(Export).where(Export.workspace_id == workspace_id)
    newest = chosen.order_by(Export.created_at.desc(), Export.id).limit(MOST_LISTED)
    return [_view(export) for export in ctx.session.scalars(newest)]


def due_exports(session: Session, now: datetime, workers: Workers | None = None) -> list[str]:
    """Return the ids of the exports no worker is at: queued, or of a worker that is gone or let its lease run out."""
    workers = workers or Strangers()
    under_way = (
        select(Export.id, Export.lease_owner, Export.lease_until)
        .where(Export.state.in_(UNDER_WAY))
        .order_by(Export.created_at, Export.id)
    )
    return [
        row.id
        for row in session.execute(under_way)
        if row.lease_until is None or row.lease_until <= now or is_abandoned(workers, row.lease_owner)
    ]


def _view(export: Export) -> ExportView:
    return ExportView(
        export=export,
        order=ExportOrder.from_document(export.order),
        progress=Progress.from_document(export.progress),
        report=None if export.report is None else Report.from_document(export.report),
        failure=Failure.from_document(export.error)
        if export.state is ExportState.FAILED and export.error is not None
        else None,
    )
