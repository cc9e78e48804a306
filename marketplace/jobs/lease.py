"""Sees to it that one worker at a time does a job, and that another takes over when that one dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.jobs.workers import Strangers, Workers, is_abandoned, lease_owner

LEASE = timedelta(seconds=20)
"""How long a worker may be silent before another takes over; longer than any one call may take."""
RENEW_BEFORE = timedelta(seconds=15)


class JobLostError(Exception):
    """The job was cancelled, or another worker took over: whoever held it has to stop at once."""


class LeasedModel(Protocol):
    """The rows of a kind of job that has its state, and who is at it, in columns of the usual names."""

    id: Any
    state: Any
    lease_owner: Any
    lease_until: Any


@dataclass(frozen=True, slots=True)
class JobRow:
    """The row that stands for a job, and its columns that say how it stands and who is at it."""

    is_it: ColumnElement[bool]
    state: InstrumentedAttribute[Any]
    under_way: tuple[StrEnum, ...]
    running: StrEnum
    owner: InstrumentedAttribute[str | None]
    until: InstrumentedAttribute[datetime | None]

    @classmethod
    def of(cls, model: type[LeasedModel], job_id: str, under_way: tuple[StrEnum, ...], running: StrEnum) -> JobRow:
        """Return the row of a job by its id."""
        return cls(model.id == job_id, model.state, under_way, running, model.lease_owner, model.lease_until)


class JobLease:
    """The right to do one job, renewed as the work goes on; what a kind of job asks for besides, its subclass tells."""

    length = LEASE

    def __init__(
        self, sessions: Sessions, row: JobRow, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare a lease under a name of its own; it holds nothing before `take`."""
        self._row = row
        self._workers = workers or Strangers()
        self._sessions = sessions
        self._now = now
        self._owner = lease_owner(self._workers)
        self._until = datetime.min.replace(tzinfo=UTC)

    def take(self) -> bool:
        """Take the lease if the job waits or its worker fell silent or is gone; tell whether that worked."""
        now, row = self._now(), self._row
        with unit_of_work(self._sessions) as (session, _after_commit):
            free = or_(row.until.is_(None), row.until <= now, *self._abandoned(session))
            return self._set(session, now, row.state.in_(row.under_way), *self._ready(now), free)

    def hold(self, session: Session) -> None:
        """Renew the lease within a transaction. Raises JobLostError."""
        held = (self._row.state == self._row.running, self._row.owner == self._owner)
        if not self._set(session, self._now(), *held):
            raise JobLostError

    def keep(self) -> None:
        """Renew the lease in a transaction of its own when it runs short. Raises JobLostError."""
        if self._until - self._now() < RENEW_BEFORE:
            with unit_of_work(self._sessions) as (session, _after_commit):
                self.hold(session)

    def is_own(self) -> ColumnElement[bool]:
        """Return the condition that this worker was the last to hold the job."""
        return self._row.is_it & (self._row.owner == self._owner)

    def _ready(self, now: datetime) -> list[ColumnElement[bool]]:  # noqa: ARG002 - for the kinds of jobs that wait
        """Return what else must be so before the job may begin."""
        return []

    def _abandoned(self, session: Session) -> list[ColumnElement[bool]]:
        """Return the condition that nobody took the job over from the worker that is gone, if it is gone.

        A job that only reads need not wait for the last call of that worker to come to rest.
        """
        owner = session.scalar(select(self._row.owner).where(self._row.is_it))
        return [self._row.owner == owner] if is_abandoned(self._workers, owner) else []

    def _set(self, session: Session, now: datetime, *conditions: ColumnElement[bool]) -> bool:
        until, row = now + self.length, self._row
        statement = update(row.state.class_).where(row.is_it, *conditions)
        values = {row.state: row.running, row.owner: self._owner, row.until: until}
        result = session.execute(statement.values(values), execution_options={"synchronize_session": False})
        changed = isinstance(result, CursorResult) and result.rowcount == 1
        if changed:
            self._until = until
        return changed
