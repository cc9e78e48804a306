"""Sees to it that one worker at a time runs an import, and that another takes over when it dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.unit_of_work import Sessions
from marketplace.installs.models import UNDER_WAY, Import, ImportMode, ImportState
from marketplace.jobs.lease import JobLease, JobRow
from marketplace.jobs.workers import Workers
from marketplace.jobs.workers import is_abandoned as worker_is_gone
from marketplace.kintone.transport import Reply, Transport, Upload
from marketplace.workspaces.models import IN_THIS_SERVICE, Workspace


def is_abandoned(workers: Workers, owner: str | None, workspace_kind: str) -> bool:
    """Tell whether an import need not wait for its lease to run out.

    Only in a built-in workspace do a worker's calls die with it; a kintone domain may still be busy with the last one.
    """
    return workspace_kind in IN_THIS_SERVICE and worker_is_gone(workers, owner)


class Lease(JobLease):
    """The right to run one import; other workers leave those alone that wait, or that are run from outside."""

    def __init__(
        self, sessions: Sessions, import_id: str, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare a lease under a name of its own; it holds nothing before `take`."""
        super().__init__(sessions, JobRow.of(Import, import_id, UNDER_WAY, ImportState.RUNNING), now, workers)
        self.import_id = import_id

    def _ready(self, now: datetime) -> list[ColumnElement[bool]]:
        return [Import.mode == ImportMode.PUSH, or_(Import.not_before.is_(None), Import.not_before <= now)]

    def _abandoned(self, session: Session) -> list[ColumnElement[bool]]:
        """Return the condition as of every job, but only where the worker's calls died with it."""
        held = select(Import.lease_owner, Workspace.kind).join(Workspace, Workspace.id == Import.workspace_id)
        row = session.execute(held.where(Import.id == self.import_id)).one_or_none()
        if row is None or not is_abandoned(self._workers, row.lease_owner, row.kind):
            return []
        return [Import.lease_owner == row.lease_owner]


class LeasedTransport:
    """A transport that makes no call unless the lease still holds."""

    def __init__(self, transport: Transport, lease: Lease) -> None:
        """Keep the transport that carries the calls."""
        self._transport = transport
        self._lease = lease

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Renew the lease if it runs short, then send the call. Raises JobLostError."""
        self._lease.keep()
        return self._transport.send(method, path, params=params, body=body, file=file)
