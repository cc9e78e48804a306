"""Lets the journal, which opens transactions of its own, write within the transaction of a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.calls import CallLog
from marketplace.installs.journal import Journal, Opened
from marketplace.installs.lease import Lease
from marketplace.installs.models import UNDER_WAY, Import
from marketplace.installs.pulling.script import Script
from marketplace.installs.run import Run
from marketplace.kernel.context import Context

RUNNER = "runner:"


class SessionsWithin(Sessions):
    """Sessions on the connection of another; their commits are savepoints of its transaction."""

    def __init__(self, session: Session) -> None:
        """Keep the session whose transaction decides."""
        self._connection = session.connection()
        super().__init__(self._connection.engine)

    def open(self, *, writes: bool) -> Session:  # noqa: ARG002 - the transaction around it writes already
        """Return a session."""
        return Session(self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


class RunnerLease(Lease):
    """The lease of somebody outside, who may take a minute over one call."""

    length = timedelta(seconds=60)

    def __init__(self, ctx: Context, sessions: Sessions, import_: Import, owner: str) -> None:
        """Prepare it under a name."""
        super().__init__(sessions, import_.id, ctx.now)
        self._owner = owner
        self._mode = import_.mode

    def take(self) -> bool:
        """Take or renew the lease unless another runner holds it; tell whether that worked."""
        now = self._now()
        with unit_of_work(self._sessions) as (session, _after_commit):
            own = Import.lease_owner == self._owner
            free = or_(Import.lease_until.is_(None), Import.lease_until <= now, own)
            return self._set(session, now, Import.state.in_(UNDER_WAY), Import.mode == self._mode, free)


class _Log(CallLog):
    """Calls as every import keeps them; the script is told which step they belong to."""

    def __init__(self, import_id: str, now: Callable[[], datetime], script: Script) -> None:
        super().__init__(import_id, now)
        self._script = script

    def turn_to(self, position: int, attempt: int) -> None:
        super().turn_to(position, attempt)
        self._script.position = position


class PulledJournal(Journal):
    """The journal of a pulled import: what is replayed was written down before."""

    def __init__(self, ctx: Context, sessions: Sessions, lease: Lease, script: Script) -> None:
        """Keep the script of the turn under way."""
        super().__init__(sessions, ctx.ports, lease, ctx.now)
        self._script = script
        self.calls = script.log = _Log(lease.import_id, ctx.now, script)

    def open(self) -> Opened:
        """Read the import; the step under way is shown as it was when the turn began. Raises JobLostError."""
        opened = super().open()
        before = self._script.before
        for step in opened.steps:
            if before is not None and step.position == self._script.position_under_way:
                step.attempts -= self._script.tries
                step.intent, step.is_uncertain = before["intent"], before["uncertain"]
        return opened

    def begin(self, position: int, intent: JsonObject) -> None:
        """Note an intent, unless it is replayed. Raises JobLostError."""
        with unit_of_work(self._sessions, writes=False) as (session, _after_commit):
            before = {"intent": self._step(session, position).intent, "uncertain": self.is_uncertain}
        if self._script.begin_try(before):
            super().begin(position, intent)
        self.is_uncertain = True

    def finish(self, position: int, outcome: JsonObject) -> None:
        """Note what came of a step, and end the turn."""
        super().finish(position, outcome)
        self._script.forget()

    def fail(self, error: Exception) -> None:
        """End the import, and the turn."""
        super().fail(error)
        self._script.forget()

    def set_aside(self, error: Exception, retry_after: float | None) -> None:
        """Let the import rest, and end the turn."""
        super().set_aside(error, retry_after)
        self._script.forget()


class PulledRun(Run):
    """A go at a pulled import: nobody sleeps, and a pause is one event however long it is."""

    def _pause(self, seconds: float) -> None:
        self._sleep(seconds)
