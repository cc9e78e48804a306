"""Knows how often what is public has changed, without asking the database for each answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.public_revision import read_public_revision
from marketplace.db.unit_of_work import Sessions

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
"""How long a database that did not answer is left alone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a process knows of the revision."""

    revision: str
    asked_at: float
    confirmed_at: float
    """When the database last told it."""
    is_certain: bool
    """The database answered when it was asked last."""
    change: object
    """The last change committed by this process when it was asked."""


class RevisionWatch:
    """Asks the database for the revision at most every so often, and after each change that its own process made."""

    def __init__(self, sessions: Sessions, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask nothing yet; with 0 seconds it is asked for each answer."""
        self._sessions = sessions
        self._seconds = seconds
        self._clock = clock
        self._seen: Seen | None = None
        self._asking = Lock()

    def look(self) -> Seen | None:
        """Return what is known now; None before the database has answered for the first time.

        While one thread asks, the others go by what was known before, but not past a change of their own process.
        """
        seen = self._seen
        if self._is_recent(seen):
            return seen
        must_wait = seen is None or not self._seconds or seen.change is not self._sessions.last_change
        if not self._asking.acquire(blocking=must_wait):
            return seen
        try:
            if not self._is_recent(self._seen):
                self._seen = self._ask(self._seen)
            return self._seen
        finally:
            self._asking.release()

    def age_of(self, seen: Seen) -> float:
        """Return how many seconds ago the database last told what was seen."""
        return self._clock() - seen.confirmed_at

    def _is_recent(self, seen: Seen | None) -> bool:
        if seen is None:
            return False
        if not seen.is_certain:
            return self._clock() - seen.asked_at < PAUSE_SECONDS
        return seen.change is self._sessions.last_change and self._clock() - seen.asked_at < self._seconds

    def _ask(self, before: Seen | None) -> Seen | None:
        now, change = self._clock(), self._sessions.last_change
        try:
            with self._sessions.open(writes=False) as session:
                return Seen(read_public_revision(session), now, now, is_certain=True, change=change)
        except SQLAlchemyError:
            if before is None:
                return None
            if before.is_certain:
                log.warning("The database does not tell whether public answers still hold", exc_info=True)
            return replace(before, asked_at=self._clock(), is_certain=False)
