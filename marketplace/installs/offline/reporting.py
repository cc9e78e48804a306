"""Takes in what became of a package: the steps as the other side tells them, and the installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.audit import services as audit
from marketplace.catalog.models import TemplateVersion
from marketplace.installs.errors import ImportUnderWayError
from marketplace.installs.journal import Journal
from marketplace.installs.models import UNDER_WAY, Import, ImportState, Step, StepState
from marketplace.installs.offline.errors import ReportDiffersError, ReportUnfitError
from marketplace.installs.offline.making import find_carried
from marketplace.installs.offline.report_input import Report, read_report
from marketplace.installs.pulling.within import RunnerLease, SessionsWithin
from marketplace.kernel.context import Context

OWNER = "report"


def take_report(ctx: Context, import_id: str, data: Mapping[str, object]) -> Import:
    """Note what a report says (`data`: ReportInput) as the import's own journal; the same report twice is harmless.

    It is believed like any statement of the municipality about its own workspace. Raises NotFoundError, ForbiddenError,
    ImportNotCarriedError, ReportUnfitError, ReportDiffersError, ImportUnderWayError.
    """
    import_ = find_carried(ctx, import_id)
    ctx.session.refresh(import_, with_for_update=True)
    report = read_report(data)
    steps = list(ctx.session.scalars(select(Step).where(Step.import_id == import_id).order_by(Step.position)))
    _require_fit(ctx, import_, steps, report)
    if import_.state is ImportState.SUCCEEDED:
        if not report.has_succeeded or any(_differs(*pair) for pair in zip(steps, report.steps, strict=True)):
            raise ReportDiffersError
        return import_
    _require_none_else_under_way(ctx, import_)
    for step, told in zip(steps, report.steps, strict=True):
        _write(step, told)
    import_.started_at = import_.started_at or steps[0].started_at
    _end(ctx, import_, steps, report)
    audit.record(
        ctx,
        "import.reported",
        f"import:{import_id}",
        municipality_code=import_.municipality_code,
        workspace=import_.workspace_id,
        state=import_.state.value,
    )
    return import_


def _require_fit(ctx: Context, import_: Import, steps: list[Step], report: Report) -> None:
    version = ctx.session.get_one(TemplateVersion, import_.version_id)
    if report.import_id != import_.id:
        raise ReportUnfitError(place="import")
    if report.digest != version.digest:
        raise ReportUnfitError(place="digest")
    told = [(step["position"], step["kind"]) for step in report.steps]
    if told != [(step.position, step.kind) for step in steps]:
        raise ReportUnfitError(place="steps")
    whole = all(step["state"] is StepState.DONE for step in report.steps)
    if report.has_succeeded != whole or (not whole and report.failure is None):
        raise ReportUnfitError(place="state")


def _require_none_else_under_way(ctx: Context, import_: Import) -> None:
    other = select(Import.id).where(
        Import.workspace_id == import_.workspace_id,
        Import.template_id == import_.template_id,
        Import.state.in_(UNDER_WAY),
        Import.id != import_.id,
    )
    import_id = ctx.session.scalar(other)
    if import_id is not None:
        raise ImportUnderWayError(import_id=import_id)


def _write(step: Step, told: Mapping[str, Any]) -> None:
    step.state, step.attempts, step.outcome = told["state"], told["attempts"], told["outcome"]
    step.started_at, step.finished_at = told["started_at"], told["finished_at"]


def _differs(step: Step, told: Mapping[str, Any]) -> bool:
    return bool(step.outcome != told["outcome"])


def _end(ctx: Context, import_: Import, steps: list[Step], report: Report) -> None:
    import_.state, import_.error = ImportState.QUEUED, None
    if report.has_succeeded:
        ctx.session.flush()  # the journal reads it by the side of this session
        sessions = SessionsWithin(ctx.session)
        lease = RunnerLease(ctx, sessions, import_, OWNER)
        lease.take()
        Journal(sessions, ctx.ports, lease, ctx.now).complete()
        ctx.session.refresh(import_)
        return
    stopped = next(step for step in steps if step.state is not StepState.DONE)
    stopped.state = StepState.FAILED
    import_.state, import_.finished_at = ImportState.FAILED, ctx.now()
    import_.error = {"position": stopped.position, "app_key": stopped.app_key, **(report.failure or {})}
