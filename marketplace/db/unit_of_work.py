"""The only place that commits: around a view, a command or a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.db.engine import WRITES

AfterCommit = Callable[[Callable[[], None]], None]


class Sessions:
    """Makes sessions on one engine; tests bind it to a connection of their own."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self.engine = engine

    def open(self, *, writes: bool) -> Session:
        """Return a session whose transaction takes the write lock at its start if it will write."""
        return Session(self.engine.execution_options(**{WRITES: writes}), expire_on_commit=False)


@contextmanager
def unit_of_work(sessions: Sessions, *, writes: bool = True) -> Iterator[tuple[Session, AfterCommit]]:
    """Commit when the block ends, roll back when it raises, then run what was left for after the commit."""
    effects: list[Callable[[], None]] = []
    with sessions.open(writes=writes) as session:
        try:
            yield session, effects.append
            session.commit()
        except BaseException:
            session.rollback()
            raise
    for effect in effects:
        effect()


def let_go(session: Session) -> None:
    """Commit what was done so far and hold neither a lock nor a connection until the session is used again.

    For services that call other hosts while somebody waits: no transaction may be open during a call.
    """
    session.commit()
