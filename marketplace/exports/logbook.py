"""Writes down how a running export stands, each time in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bundle.model import Bundle
from marketplace.catalog.services import preview_demand
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.exports.drafting import Made
from marketplace.exports.history import History, find_history
from marketplace.exports.inputs import ExportOrder
from marketplace.exports.models import Export, ExportState
from marketplace.exports.papers import renumbered
from marketplace.exports.progress import Phase, Progress
from marketplace.exports.sentences import describe_failure
from marketplace.installs.errors import WorkspaceUnusableError
from marketplace.jobs.lease import JobLease, JobLostError
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.publishing.authors import author_of_act
from marketplace.publishing.services import keep_draft
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Opened:
    """An export as its worker found it."""

    export: Export
    order: ExportOrder
    history: History


class Logbook:
    """The record of one export, in the hand of the worker that holds the lease."""

    def __init__(
        self, sessions: Sessions, ports: Ports, lease: JobLease, export_id: str, now: Callable[[], datetime]
    ) -> None:
        """Keep what each entry needs."""
        self._sessions = sessions
        self._ports = ports
        self._lease = lease
        self._export_id = export_id
        self._now = now

    def open(self) -> Opened:
        """Read the export and what is known from before. Raises JobLostError or WorkspaceUnusableError."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            export = self._export(session)
            export.started_at = export.started_at or self._now()
            workspace = session.get_one(Workspace, export.workspace_id)
            if workspace.closed_at is not None:
                raise WorkspaceUnusableError
            history = find_history(self._context(session, after_commit), workspace, export.slug)
            return Opened(export, ExportOrder.from_document(export.order), history)

    def note(self, progress: Progress) -> None:
        """Tell those who watch how far it has come. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            self._lease.hold(session)
            self._export(session).progress = progress.as_document()

    def fail(self, error: Exception) -> None:
        """End the export where it had come to, with the reason; quietly if it is no longer this worker's."""
        with suppress(JobLostError), unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            export = self._end(session, ExportState.FAILED)
            failure = describe_failure(Progress.from_document(export.progress), error)
            export.error = failure.as_document()
            self._audit(self._context(session, after_commit), "export.failed", export, code=failure.code)

    def complete(self, made: Made) -> None:
        """End the export with its report and, if it is no survey, its draft: all at once, or nothing.

        Raises JobLostError, TooManyDraftsError or BundleRefusedError.
        """
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            export = self._end(session, ExportState.SUCCEEDED)
            export.progress = replace(Progress.from_document(export.progress), phase=Phase.DONE).as_document()
            context, report = self._context(session, after_commit), made.report
            if not export.dry_run:
                bundle = _with_free_number(context, export.municipality_code, made.bundle)
                author = _author(context, export)
                upload = keep_draft(context, export.municipality_code, bundle, export.asked_by, author)
                export.draft_id = upload.draft.id
                report = replace(report, version=bundle.manifest.version)
            export.report = report.as_document()
            self._audit(context, "export.succeeded", export, draft=export.draft_id, apps=len(report.carried))

    def _end(self, session: Session, state: ExportState) -> Export:
        export = self._export(session)
        export.state = state
        export.finished_at = self._now()
        export.lease_owner = export.lease_until = None
        return export

    def _export(self, session: Session) -> Export:
        return session.get_one(Export, self._export_id)

    def _context(self, session: Session, after_commit: AfterCommit) -> Context:
        return Context(session=session, actor=SYSTEM, now=self._now, after_commit=after_commit, ports=self._ports)

    @staticmethod
    def _audit(context: Context, act: str, export: Export, **facts: object) -> None:
        code = export.municipality_code
        audit.record(context, act, f"export:{export.id}", municipality_code=code, **facts)


def _author(context: Context, export: Export) -> str | None:
    """Return the person who asked for an export, or issued the token that did."""
    asked = ("export.started", "export.resumed")
    return export.asked_by or author_of_act(context, export.municipality_code, asked, f"export:{export.id}")


def _with_free_number(context: Context, municipality_code: str, bundle: Bundle) -> Bundle:
    """Return a bundle under the least number that will do, also beside pre-releases and what was released meanwhile."""
    demand = preview_demand(context, municipality_code, bundle)
    if demand.least is None or not (demand.is_used or demand.is_too_small):
        return bundle
    return renumbered(bundle, demand.least)
