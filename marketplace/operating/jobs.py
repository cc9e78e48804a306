"""What imports, exports and comparisons wait, run or stand still, and which failed of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.policy import require_operator
from marketplace.exports.models import Export, ExportState
from marketplace.installs.checks.models import CheckState, InstallationCheck
from marketplace.installs.models import Import, ImportMode, ImportState, Installation
from marketplace.installs.steps.writing import CHANGED
from marketplace.kernel.context import Context
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import Municipality

LOOKED_BACK = timedelta(days=7)
MOST_FAILURES = 20
"""Shown of each kind, the latest first."""
STILL_AFTER = timedelta(minutes=1)
"""A lease that ended so long ago was not taken up by the next sweep, as it should have been."""


class JobKind(StrEnum):
    """What the worker does for municipalities."""

    IMPORT = "import"
    EXPORT = "export"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs of a kind there are, and since when the oldest of them waits or stands still."""

    kind: JobKind
    waiting: int
    waiting_since: datetime | None
    running: int
    still: int
    still_since: datetime | None
    outside: int
    """Run by somebody at the side of a workspace: no worker is at fault if nothing moves."""
    failed: int


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed; what it was about is its municipality's business."""

    kind: JobKind
    id: str
    municipality: str
    finished_at: datetime
    code: str
    """What kintone or we call the failure."""
    may_be_opened: bool
    """Whether it belongs to the operator's own workspaces."""
    may_be_resumed: bool
    """Whether the operator may let it go on; of others their municipality decides, or whoever runs them."""


@dataclass(frozen=True, slots=True)
class _Jobs:
    """The columns of one kind of job."""

    kind: JobKind
    states: tuple[StrEnum, StrEnum, StrEnum]
    """Waiting, running, failed."""
    state: InstrumentedAttribute[StrEnum]
    asked_at: InstrumentedAttribute[datetime]
    until: InstrumentedAttribute[datetime | None]
    finished_at: InstrumentedAttribute[datetime | None]
    outside: ColumnElement[bool]
    resting_until: InstrumentedAttribute[datetime | None] | None = None
    """Set aside on purpose; it counts as waiting."""


_OF_IMPORTS = _Jobs(
    JobKind.IMPORT,
    (ImportState.QUEUED, ImportState.RUNNING, ImportState.FAILED),
    Import.state,
    Import.created_at,
    Import.lease_until,
    Import.finished_at,
    Import.mode != ImportMode.PUSH,
    Import.not_before,
)
_OF_EXPORTS = _Jobs(
    JobKind.EXPORT,
    (ExportState.QUEUED, ExportState.RUNNING, ExportState.FAILED),
    Export.state,
    Export.created_at,
    Export.lease_until,
    Export.finished_at,
    false(),
)
_OF_COMPARISONS = _Jobs(
    JobKind.COMPARISON,
    (CheckState.QUEUED, CheckState.RUNNING, CheckState.FAILED),
    InstallationCheck.state,
    InstallationCheck.asked_at,
    InstallationCheck.lease_until,
    InstallationCheck.finished_at,
    false(),
)


def count_jobs(ctx: Context) -> list[JobCount]:
    """Return how the jobs of each kind stand, one statement each; failures are those of the last days."""
    require_operator(ctx.actor)
    return [_count(ctx.session, jobs, ctx.now()) for jobs in (_OF_IMPORTS, _OF_EXPORTS, _OF_COMPARISONS)]


def list_failed_jobs(ctx: Context) -> list[FailedJob]:
    """Return the latest failures of the last days, newest first."""
    require_operator(ctx.actor)
    since = ctx.now() - LOOKED_BACK
    goes_on = Import.mode == ImportMode.PUSH
    imports = select(Import.id, Import.finished_at, Import.error, Municipality, goes_on).join(
        Municipality, Municipality.code == Import.municipality_code
    )
    exports = select(Export.id, Export.finished_at, Export.error, Municipality).join(
        Municipality, Municipality.code == Export.municipality_code
    )
    comparisons = (
        select(Installation.id, InstallationCheck.finished_at, InstallationCheck.error, Municipality)
        .join(Installation, Installation.id == InstallationCheck.installation_id)
        .join(Municipality, Municipality.code == Installation.municipality_code)
    )
    found: list[FailedJob] = []
    for jobs, wanted in ((_OF_IMPORTS, imports), (_OF_EXPORTS, exports), (_OF_COMPARISONS, comparisons)):
        failed = wanted.where(jobs.state == jobs.states[2], jobs.finished_at >= since)
        latest = failed.order_by(jobs.finished_at.desc()).limit(MOST_FAILURES)
        found += [_failed_job(jobs.kind, *row) for row in ctx.session.execute(latest)]
    return sorted(found, key=lambda job: job.finished_at, reverse=True)


def _count(session: Session, jobs: _Jobs, now: datetime) -> JobCount:
    waiting, running, still, outside, failed = _conditions(jobs, now)
    # What never had a lease stands still since it was asked for.
    still_since = func.coalesce(func.min(jobs.until).filter(still), func.min(jobs.asked_at).filter(still))
    counts = select(
        func.count().filter(waiting),
        func.min(jobs.asked_at).filter(waiting),
        func.count().filter(running),
        func.count().filter(still),
        still_since,
        func.count().filter(outside),
        func.count().filter(failed),
    ).where(or_(jobs.state.in_(jobs.states[:2]), failed))
    return JobCount(jobs.kind, *session.execute(counts).one())


def _conditions(jobs: _Jobs, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Return what waiting, running, standing still, being run outside and having failed mean; none overlap."""
    queued, running, failed = jobs.states
    ours = ~jobs.outside
    resting = false() if jobs.resting_until is None else func.coalesce(jobs.resting_until > now, false())
    lives = func.coalesce(jobs.until > now - STILL_AFTER, false())
    return (
        and_(ours, or_(jobs.state == queued, and_(jobs.state == running, resting))),
        and_(ours, jobs.state == running, ~resting, lives),
        and_(ours, jobs.state == running, ~resting, ~lives),
        and_(jobs.outside, jobs.state.in_((queued, running))),
        and_(jobs.state == failed, jobs.finished_at >= now - LOOKED_BACK),
    )


def _failed_job(
    kind: JobKind,
    job_id: str,
    finished_at: datetime,
    error: dict[str, object] | None,
    owner: Municipality,
    goes_on: bool = False,  # noqa: FBT001, FBT002 - the last column of a row, if it has one
) -> FailedJob:
    code = str((error or {}).get("code", ""))
    may_be_resumed = goes_on and code != CHANGED
    return FailedJob(kind, job_id, owner.full_name, finished_at, code, owner.code == OPERATOR_CODE, may_be_resumed)
