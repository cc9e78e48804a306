"""Starts, cancels and repeats exports; the work itself is the job's (exports/run.py)."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import ValidationError
from sqlalchemy import func, select, update

from marketplace.accounts.inputs import REQUIRED
from marketplace.audit import services as audit
from marketplace.exports.errors import (
    ExportEndedError,
    ExportNotFailedError,
    NotExportableError,
    TooManyExportsError,
)
from marketplace.exports.history import find_base
from marketplace.exports.inputs import ExportInput, ExportOrder
from marketplace.exports.models import UNDER_WAY, Export, ExportState
from marketplace.exports.progress import WAITING
from marketplace.exports.queries import find_own_export, get_exportable_workspace
from marketplace.kernel.context import Context
from marketplace.publishing.services import require_room
from marketplace.workspaces.models import BUILTIN, KINTONE, Workspace
from marketplace.workspaces.people.members import starter_of

JOB = "export"
"""The name of the job that carries an export out."""
MOST_AT_ONCE = 3
"""Exports of one workspace that may be under way, so that its API stays free for others."""
NEEDED = ("name", "summary", "category", "license")
"""What a new template can't be without."""


def start_export(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Export:
    """Queue an export of apps, or a survey of them (`data`: exports.inputs.ExportInput).

    In a built-in workspace a member reads with the rights they have there. Raises WorkspaceNotFoundError,
    ForbiddenError, NotExportableError, TooManyExportsError, TooManyDraftsError and ValidationError.
    """
    workspace = get_exportable_workspace(ctx, workspace_id)
    if workspace.kind not in {BUILTIN, KINTONE}:
        raise NotExportableError
    order: ExportOrder = ExportInput().load(data)
    if not order.dry_run:
        _require_texts(ctx, workspace, order)
        require_room(ctx, workspace.municipality_code)
    _require_few_under_way(ctx, workspace.id)
    started = Export(
        workspace_id=workspace.id,
        municipality_code=workspace.municipality_code,
        state=ExportState.QUEUED,
        slug=order.slug or None,
        dry_run=order.dry_run,
        order=order.as_document(),
        progress=WAITING.as_document(),
        asked_by=ctx.actor.person_id,
        reads_as=starter_of(ctx, workspace),
        created_at=ctx.now(),
    )
    ctx.session.add(started)
    ctx.session.flush()  # the audit log names the export
    facts = {"apps": list(order.apps), "slug": order.slug, "dry_run": order.dry_run}
    _note(ctx, "export.started", started, sample_records=dict(order.sample_records or {}), **facts)
    _wake_worker(ctx, started)
    return started


def cancel_export(ctx: Context, export_id: str) -> Export:
    """Stop an export before its next call. Raises ExportNotFoundError, ExportEndedError."""
    export = find_own_export(ctx, export_id)
    # The condition stands in the statement: the worker may end the export at this very moment.
    changed = ctx.session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state.in_(UNDER_WAY))
        .values(state=ExportState.CANCELLED, finished_at=ctx.now(), lease_owner=None, lease_until=None)
        .returning(Export.id),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if changed is None:
        raise ExportEndedError
    ctx.session.refresh(export)
    _note(ctx, "export.cancelled", export)
    return export


def retry_export(ctx: Context, export_id: str) -> Export:
    """Queue a failed export again; it begins anew. Raises ExportNotFoundError, ExportNotFailedError."""
    export = find_own_export(ctx, export_id)
    workspace = get_exportable_workspace(ctx, export.workspace_id)
    ctx.session.refresh(export, with_for_update=True)  # two people may try at once
    if export.state is not ExportState.FAILED:
        raise ExportNotFailedError
    _require_few_under_way(ctx, export.workspace_id)
    export.state = ExportState.QUEUED
    export.error = export.finished_at = None
    export.progress = WAITING.as_document()
    # Nobody reads with the rights of whoever asked before.
    export.asked_by, export.reads_as = ctx.actor.person_id, starter_of(ctx, workspace)
    _note(ctx, "export.resumed", export)
    _wake_worker(ctx, export)
    return export


def _require_texts(ctx: Context, workspace: Workspace, order: ExportOrder) -> None:
    """Refuse a new template without its texts; the next version of one has those of the version before."""
    if find_base(ctx, workspace.municipality_code, order.slug) is not None:
        return
    missing = [name for name in NEEDED if not getattr(order, name)]
    if missing:
        raise ValidationError({name: [REQUIRED] for name in missing})


def _require_few_under_way(ctx: Context, workspace_id: str) -> None:
    under_way = select(func.count()).where(Export.workspace_id == workspace_id, Export.state.in_(UNDER_WAY))
    if (ctx.session.scalar(under_way) or 0) >= MOST_AT_ONCE:
        raise TooManyExportsError(most=MOST_AT_ONCE)


def _wake_worker(ctx: Context, export: Export) -> None:
    export_id = export.id
    ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, export_id))


def _note(ctx: Context, act: str, export: Export, **facts: object) -> None:
    code = export.municipality_code
    audit.record(ctx, act, f"export:{export.id}", municipality_code=code, workspace=export.workspace_id, **facts)
