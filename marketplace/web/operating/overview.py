"""The operator's start page: how the service fares, and what stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template

from marketplace.edge.context import context, is_read_only, language
from marketplace.installs.services import resume_for_operator
from marketplace.kernel.text import Language, Text
from marketplace.operating.drafts import count_held
from marketplace.operating.health import look_at_health
from marketplace.operating.jobs import FailedJob, JobKind, count_jobs, list_failed_jobs
from marketplace.operating.reports import count_open_reports
from marketplace.web.operating.health_rows import rows_of
from marketplace.web.operating.place import START, pages
from marketplace.web.operating.reasoned import told_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

KINDS: dict[JobKind, Text] = {
    JobKind.IMPORT: Text("導入", "Imports"),
    JobKind.EXPORT: Text("書き出し", "Exports"),
    JobKind.COMPARISON: Text("照合", "Comparisons"),
}
DONE: dict[str, Text] = {
    "resumed": Text(
        "導入を再開しました。続きから進みます。", "The import was put into the queue; it goes on where it stood."
    ),
}
ADDRESSES = {
    JobKind.IMPORT: "/imports/{id}",
    JobKind.EXPORT: "/exports/{id}",
    JobKind.COMPARISON: "/installations/{id}/check",
}


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One job that failed."""

    kind: str
    id: str
    address: str | None
    """None where the job is the business of another municipality."""
    municipality: str
    finished_at: datetime
    code: str
    resume: str | None
    """Where the operator lets it go on, if they may."""


@pages.get(START)
def show() -> ResponseReturnValue:
    """Show how the service fares."""
    ctx, spoken = context(), language()
    health = look_at_health(ctx)
    return render_template(
        "operating/show.html",
        seen_at=health.seen_at,
        health=rows_of(health, spoken, is_read_only=is_read_only()),
        jobs=[(KINDS[count.kind].in_language(spoken), count) for count in count_jobs(ctx)],
        held_drafts=count_held(ctx),
        open_reports=count_open_reports(ctx),
        done=told_of(DONE),
        failed=[_row(job, spoken) for job in list_failed_jobs(ctx)],
    )


@pages.post(f"{START}/imports/<import_id>/resume")
def resume_import(import_id: str) -> ResponseReturnValue:
    """Let a failed import go on where it stood."""
    resume_for_operator(context(), import_id)
    return redirect(f"{START}?done=resumed", 303)


def _row(job: FailedJob, spoken: Language) -> FailedRow:
    address = ADDRESSES[job.kind].format(id=job.id) if job.may_be_opened else None
    resume = f"{START}/imports/{job.id}/resume" if job.may_be_resumed else None
    kind = KINDS[job.kind].in_language(spoken)
    return FailedRow(kind, job.id, address, job.municipality, job.finished_at, job.code, resume)
