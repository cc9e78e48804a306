"""The job that carries letters, outside of any transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.mail import Carrier, MailError
from marketplace.kernel.ports import Ports
from marketplace.mail import outbox
from marketplace.mail.outbox import Try
from marketplace.mail.services import ALL_DUE, JOB

TURN_SECONDS = 20


class MailRound:
    """Carries what is due, one connection at a time, so that a slow server holds up one thread only."""

    def __init__(self, sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
        """Keep the ports."""
        self._sessions = sessions
        self._ports = ports
        self._now = now
        self._turn = threading.Lock()

    def due(self, session: Session) -> list[tuple[str, str]]:
        """Return the errand if a letter waits."""
        return [(JOB, ALL_DUE)] if outbox.is_any_due(session, self._now()) else []

    def carry(self, _subject: str) -> None:
        """Send letter after letter until none is due or the turn is over; what is left the next sweep finds."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            self._carry()
        finally:
            self._turn.release()

    def _carry(self) -> None:
        ends_at = time.monotonic() + TURN_SECONDS
        upcoming = self._take()
        if upcoming is None:
            return
        taken = upcoming
        try:
            with self._ports.mailer.connect() as carrier:
                while upcoming is not None:
                    taken = upcoming
                    self._send(carrier, taken)
                    upcoming = self._take() if time.monotonic() < ends_at else None
        except MailError as error:
            self._note_failure(taken, error)

    def _send(self, carrier: Carrier, taken: Try) -> None:
        try:
            carrier.send(taken.letter)
        except MailError as error:
            if not error.is_final:
                raise  # The connection may be of no use any more.
            self._note_failure(taken, error)
            return
        with unit_of_work(self._sessions) as (session, _):
            outbox.note_sent(session, taken)

    def _take(self) -> Try | None:
        with unit_of_work(self._sessions) as (session, _):
            return outbox.take(session, self._ports.vault, self._now())

    def _note_failure(self, taken: Try, error: MailError) -> None:
        with unit_of_work(self._sessions) as (session, _):
            outbox.note_failure(session, taken, error, self._now())
