"""What is under way in this thread, a request or a job: every line of the log names it, and its statements count."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum


class JobEnd(StrEnum):
    """What became of a run of a job."""

    DONE = "done"
    FAILED = "failed"
    SET_ASIDE = "set-aside"
    """Another go follows after a pause that was decided on."""
    RETRIED = "retried"
    """Another go follows, for the database was away."""
    LOST = "lost"
    """It was cancelled, or another worker took it over."""
    NOT_WAITING = "not-waiting"
    """Another worker has it, or it is done."""


@dataclass(slots=True)
class Scope:
    """One request or one job."""

    fields: dict[str, object] = field(default_factory=dict)
    """What lines of the log tell of it: ids and names that this service made, never what somebody sent."""
    statements: int = 0
    end: JobEnd | None = None
    """What became of it, where it ended without an exception and yet not as hoped."""


_CURRENT: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope | None:
    """Return what is under way here, the innermost."""
    return _CURRENT.get()


def within(scope: Scope) -> AbstractContextManager[Scope]:
    """Let a scope be the current one for a block; what was under way before goes on afterwards."""
    return _Within(scope)


class _Within:
    """A class, for a generator costs each request several times as much."""

    __slots__ = ("_before", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __enter__(self) -> Scope:
        self._before = _CURRENT.get()
        _CURRENT.set(self._scope)
        return self._scope

    def __exit__(self, *_raised: object) -> None:
        _CURRENT.set(self._before)


def note_end(end: JobEnd) -> None:
    """Say what became of the work under way, where nothing is raised."""
    scope = _CURRENT.get()
    if scope is not None:
        scope.end = end


def count_statement() -> None:
    """Count a statement of the work under way."""
    scope = _CURRENT.get()
    if scope is not None:
        scope.statements += 1
