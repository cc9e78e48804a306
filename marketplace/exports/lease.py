"""Sees to it that one worker at a time runs an export, and that another begins it anew when that one dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.exports.models import UNDER_WAY, Export, ExportState
from marketplace.jobs.workers import Strangers, Workers, is_abandoned, lease_owner

LEASE = timedelta(seconds=20)
"""How long a worker may be silent before another takes over; longer than any one call may take."""
RENEW_BEFORE = timedelta(seconds=15)


class ExportLostError(Exception):
    """The export was cancelled, or another worker took over: whoever held it has to stop at once."""


class ExportLease:
    """The right to run one export, renewed as the work goes on.

    An export only reads. A worker known to be gone needs no time for its last call to come to rest.
    """

    def __init__(
        self, sessions: Sessions, export_id: str, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare a lease under a name of its own; it holds nothing before `take`."""
        self.export_id = export_id
        self._workers = workers or Strangers()
        self._sessions = sessions
        self._now = now
        self._owner = lease_owner(self._workers)
        self._until = datetime.min.replace(tzinfo=UTC)

    def take(self) -> bool:
        """Take the lease if the export waits or its worker fell silent or is gone; tell whether that worked."""
        now = self._now()
        with unit_of_work(self._sessions) as (session, _after_commit):
            free = or_(Export.lease_until.is_(None), Export.lease_until <= now, *self._abandoned(session))
            return self._set(session, now, Export.state.in_(UNDER_WAY), free)

    def hold(self, session: Session) -> None:
        """Renew the lease within a transaction. Raises ExportLostError."""
        held = (Export.state == ExportState.RUNNING, Export.lease_owner == self._owner)
        if not self._set(session, self._now(), *held):
            raise ExportLostError

    def keep(self) -> None:
        """Renew the lease in a transaction of its own when it runs short. Raises ExportLostError."""
        if self._until - self._now() < RENEW_BEFORE:
            with unit_of_work(self._sessions) as (session, _after_commit):
                self.hold(session)

    def _abandoned(self, session: Session) -> list[ColumnElement[bool]]:
        """Return the condition that nobody took the export over from the worker that is gone, if it is gone."""
        owner = session.scalar(select(Export.lease_owner).where(Export.id == self.export_id))
        return [Export.lease_owner == owner] if is_abandoned(self._workers, owner) else []

    def _set(self, session: Session, now: datetime, *conditions: ColumnElement[bool]) -> bool:
        until = now + LEASE
        statement = update(Export).where(Export.id == self.export_id, *conditions)
        values = {"state": ExportState.RUNNING, "lease_owner": self._owner, "lease_until": until}
        result = session.execute(statement.values(**values), execution_options={"synchronize_session": False})
        changed = isinstance(result, CursorResult) and result.rowcount == 1
        if changed:
            self._until = until
        return changed
