"""Sees to it that one worker at a time runs an import, and that another takes over when it dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.models import UNDER_WAY, Import, ImportMode, ImportState
from marketplace.jobs.workers import Strangers, Workers, lease_owner
from marketplace.jobs.workers import is_abandoned as worker_is_gone
from marketplace.kintone.transport import Reply, Transport, Upload
from marketplace.workspaces.models import IN_THIS_SERVICE, Workspace

LEASE = timedelta(seconds=20)
"""How long a worker may be silent before another takes over; longer than any one call may take."""
RENEW_BEFORE = timedelta(seconds=15)


def is_abandoned(workers: Workers, owner: str | None, workspace_kind: str) -> bool:
    """Tell whether an import need not wait for its lease to run out.

    Only in a built-in workspace do a worker's calls die with it; a kintone domain may still be busy with the last one.
    """
    return workspace_kind in IN_THIS_SERVICE and worker_is_gone(workers, owner)


class LeaseLostError(Exception):
    """The import was cancelled, or another worker took over: whoever held it has to stop at once."""


class Lease:
    """The right to run one import, renewed as the work goes on."""

    length = LEASE

    def __init__(
        self, sessions: Sessions, import_id: str, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare a lease under a name of its own; it holds nothing before `take`."""
        self._workers = workers or Strangers()
        self.import_id = import_id
        self._sessions = sessions
        self._now = now
        self._owner = lease_owner(self._workers)
        self._until = datetime.min.replace(tzinfo=UTC)

    def take(self) -> bool:
        """Take the lease if the import waits or its worker fell silent or is gone; tell whether that worked."""
        now = self._now()
        with unit_of_work(self._sessions) as (session, _after_commit):
            free = or_(Import.lease_until.is_(None), Import.lease_until <= now, *self._abandoned(session))
            due = or_(Import.not_before.is_(None), Import.not_before <= now)
            pushed = Import.mode == ImportMode.PUSH
            return self._set(session, now, Import.state.in_(UNDER_WAY), pushed, due, free)

    def hold(self, session: Session) -> None:
        """Renew the lease within a transaction. Raises LeaseLostError."""
        held = (Import.state == ImportState.RUNNING, Import.lease_owner == self._owner)
        if not self._set(session, self._now(), *held):
            raise LeaseLostError

    def keep(self) -> None:
        """Renew the lease in a transaction of its own when it runs short. Raises LeaseLostError."""
        if self._until - self._now() < RENEW_BEFORE:
            with unit_of_work(self._sessions) as (session, _after_commit):
                self.hold(session)

    def is_own(self) -> ColumnElement[bool]:
        """Return the condition that this worker was the last to hold the import."""
        return (Import.id == self.import_id) & (Import.lease_owner == self._owner)

    def _abandoned(self, session: Session) -> list[ColumnElement[bool]]:
        """Return the condition that nobody took the import over from the worker that is gone, if it is gone."""
        held = select(Import.lease_owner, Workspace.kind).join(Workspace, Workspace.id == Import.workspace_id)
        row = session.execute(held.where(Import.id == self.import_id)).one_or_none()
        if row is None or not is_abandoned(self._workers, row.lease_owner, row.kind):
            return []
        return [Import.lease_owner == row.lease_owner]

    def _set(self, session: Session, now: datetime, *conditions: ColumnElement[bool]) -> bool:
        until = now + self.length
        statement = update(Import).where(Import.id == self.import_id, *conditions)
        values = {"state": ImportState.RUNNING, "lease_owner": self._owner, "lease_until": until}
        result = session.execute(statement.values(**values), execution_options={"synchronize_session": False})
        changed = isinstance(result, CursorResult) and result.rowcount == 1
        if changed:
            self._until = until
        return changed


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
        """Renew the lease if it runs short, then send the call. Raises LeaseLostError."""
        self._lease.keep()
        return self._transport.send(method, path, params=params, body=body, file=file)
