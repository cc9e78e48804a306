"""What is under way in this thread, a request or a job: every line of the log names it, and its statements count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def within(scope: Scope) -> Iterator[Scope]:
    """Let a scope be the current one for a block; what was under way before goes on afterwards."""
    before = _CURRENT.get()
    _CURRENT.set(scope)
    try:
        yield scope
    finally:
        _CURRENT.set(before)


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
