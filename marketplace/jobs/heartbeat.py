"""Tells in the database that a worker is alive, so that it can be counted from any machine, whatever the database.

It is for people and figures. What is taken over from whom, leases alone decide: a clock that is wrong, or a beat that
is late, must never make two workers do one job.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.jobs.models import WorkerBeat

BEATS_EVERY = timedelta(seconds=10)
ALIVE_FOR = timedelta(seconds=60)
"""Since its last beat: some may be late while the machine or the database is busy."""
KEPT_FOR = timedelta(days=1)

log = logging.getLogger(__name__)


class Heartbeat:
    """One worker's row; a database that is away for a while does not trouble the worker."""

    def __init__(self, sessions: Sessions, name: str, now: Callable[[], datetime]) -> None:
        """Keep the name; nothing is written before the first beat."""
        self._sessions = sessions
        self._name = name
        self._now = now
        self._started = now()
        self._last: datetime | None = None

    def beat(self) -> None:
        """Say that the worker is alive, if that was not just said; forget the long dead."""
        now = self._now()
        if self._last is not None and now - self._last < BEATS_EVERY:
            return
        self._last = now
        self._write(lambda session: self._say(session, now))

    def end(self) -> None:
        """Take the row away."""
        self._write(lambda session: session.execute(delete(WorkerBeat).where(WorkerBeat.name == self._name)))

    def _say(self, session: Session, now: datetime) -> None:
        session.merge(WorkerBeat(name=self._name, started_at=self._started, beat_at=now))
        session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - KEPT_FOR))

    def _write(self, write: Callable[[Session], object]) -> None:
        try:
            with unit_of_work(self._sessions) as (session, _):
                write(session)
        except SQLAlchemyError:
            log.warning("It could not be noted whether this worker is alive", exc_info=True)


def count_alive(session: Session, now: datetime) -> int:
    """Return how many workers are alive, on all machines together."""
    alive = select(func.count()).select_from(WorkerBeat).where(WorkerBeat.beat_at > now - ALIVE_FOR)
    return session.scalar(alive) or 0
