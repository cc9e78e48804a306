"""Replays what happened in a turn, and stops where something has to happen next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.installs.calls import CallLog
from marketplace.installs.pulling.calls import HandedCall, HandedFile, Outcome, Problem
from marketplace.installs.pulling.models import EventKind, PullEvent
from marketplace.kintone.transport import Reply, Transport, Upload


class CallWantedError(Exception):
    """The import can't go on before a call is made."""

    def __init__(self, event: PullEvent) -> None:
        """Name the call."""
        super().__init__(event.number)
        self.event = event


class PauseWantedError(Exception):
    """The import can't go on before some time has passed."""

    def __init__(self, seconds: float) -> None:
        """Say how much."""
        super().__init__(seconds)
        self.seconds = seconds


class DivergedError(Exception):
    """The acts ask for something else than what happened before, so that nothing can be replayed."""


class Script:
    """The events of the turn under way, replayed in their order; also the transport of the acts."""

    def __init__(self, session: Session, import_id: str, now: datetime) -> None:
        """Read the events."""
        self._session = session
        self._import_id = import_id
        self._now = now
        own = select(PullEvent).where(PullEvent.import_id == import_id, PullEvent.is_replayed)
        self._events = list(session.scalars(own.order_by(PullEvent.number)))
        self._next = 0
        self.position = 0
        """Of the step that is performed."""
        self.reported: int | None = None
        """The number of the call whose outcome has just come."""
        self.log: CallLog | None = None
        """Where calls are noted when their outcome is used for the first time."""

    @property
    def tries(self) -> int:
        """How often the step was begun in this turn."""
        return sum(1 for event in self._events if event.kind is EventKind.TRY)

    @property
    def position_under_way(self) -> int | None:
        """Where the step is that the turn belongs to; None between turns."""
        return self._events[0].position if self._events else None

    @property
    def before(self) -> JsonObject | None:
        """What the first try of the turn met: the intent so far, and whether it was uncertain."""
        return next((event.call for event in self._events if event.kind is EventKind.TRY), None)

    @property
    def outstanding(self) -> PullEvent | None:
        """The call that was handed out and has no outcome."""
        last = self._events[-1] if self._events else None
        return last if last is not None and last.kind is EventKind.CALL and last.outcome_digest is None else None

    def forget(self) -> None:
        """End the turn; what is asked for from now on happens anew."""
        for event in self._events:
            event.is_replayed = False
            event.call = event.outcome = event.content = None
        self._session.flush()
        self._events, self._next = [], 0

    def rewind(self) -> None:
        """Replay from the start."""
        self._next = 0

    def begin_try(self, before: JsonObject) -> bool:
        """Tell whether a try of the step is a new one, and note it with what it met."""
        if self._replayed(EventKind.TRY) is not None:
            return False
        self._add(EventKind.TRY, call=before)
        return True

    def sleep(self, seconds: float) -> None:
        """Pass over a pause that is over. Raises PauseWantedError, DivergedError."""
        event = self._replayed(EventKind.PAUSE) or self._add(
            EventKind.PAUSE, until=self._now + timedelta(seconds=seconds)
        )
        left = 0.0 if event.until is None else (event.until - self._now).total_seconds()
        if left > 0:
            raise PauseWantedError(left)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Return the answer that was reported. Raises CallWantedError, DivergedError, and what transports raise."""
        call = HandedCall(method, path, params, body, None if file is None else HandedFile.of(file))
        event = self._replayed(EventKind.CALL)
        if event is None:
            event = self._add(EventKind.CALL, method=method, path=path, digest=call.digest, call=call.as_document())
        elif event.digest != call.digest:
            raise DivergedError
        if event.outcome_digest is None:
            raise CallWantedError(event)
        told: Transport = _Told(event)
        if self.log is not None and event.number == self.reported:
            told = self.log.through(told)
        return told.send(method, path, params=params, body=body, file=file)

    def _replayed(self, kind: EventKind) -> PullEvent | None:
        """Return the next event that happened; None where the replay has come to its end. Raises DivergedError."""
        if self._next == len(self._events):
            return None
        event = self._events[self._next]
        if event.kind is not kind or event.position != self.position:
            raise DivergedError
        self._next += 1
        return event

    def _add(self, kind: EventKind, **facts: object) -> PullEvent:
        last = self._session.scalar(select(func.max(PullEvent.number)).where(PullEvent.import_id == self._import_id))
        event = PullEvent(
            import_id=self._import_id,
            number=(last or 0) + 1,
            position=self.position,
            kind=kind,
            is_replayed=True,
            created_at=self._now,
            **facts,
        )
        self._session.add(event)
        self._session.flush()  # The next one is numbered after it.
        self._events.append(event)
        self._next += 1
        return event


class _Told:
    """The transport of one call whose outcome is known."""

    def __init__(self, event: PullEvent) -> None:
        self._event = event

    def send(
        self,
        method: str,  # noqa: ARG002 - the call is known
        path: str,  # noqa: ARG002 - the call is known
        *,
        params: Mapping[str, str] | None = None,  # noqa: ARG002 - the call is known
        body: JsonObject | None = None,  # noqa: ARG002 - the call is known
        file: Upload | None = None,  # noqa: ARG002 - the call is known
    ) -> Reply:
        """Return the answer."""
        return outcome_of(self._event).reply()


def keep_outcome(event: PullEvent, outcome: Outcome, now: datetime) -> None:
    """Write down what came of a call."""
    event.outcome_digest, event.answered_at = outcome.digest, now
    event.status, event.content = outcome.status, outcome.content
    event.outcome = {"headers": dict(outcome.headers), "problem": outcome.problem}


def outcome_of(event: PullEvent) -> Outcome:
    """Read back what keep_outcome wrote."""
    told = event.outcome or {}
    problem = told.get("problem")
    return Outcome(event.status, told.get("headers") or {}, event.content or b"", Problem(problem) if problem else None)
