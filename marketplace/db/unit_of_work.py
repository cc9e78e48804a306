"""The only place that commits: around a view, a command or a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.db.engine import READ_ONLY, WRITES
from marketplace.db.public_revision import TELL, CountingSession
from marketplace.kernel.errors import ReadOnlyError

AfterCommit = Callable[[Callable[[], None]], None]


class Sessions:
    """Makes sessions on one engine; tests bind it to a connection of their own."""

    def __init__(self, engine: Engine, *, read_only: bool = False) -> None:
        """Keep the engine, and whether nothing may be written: neither here nor, should that fail, in the database."""
        self.engine = engine
        self.read_only = read_only
        self.last_change = object()
        """Another one after each change of what is shown that was committed here."""
        options = {READ_ONLY: True, "postgresql_readonly": True} if read_only else {}
        # Made once: SQLAlchemy finds out anew what listens to an engine of other options.
        self._reading = engine.execution_options(**{WRITES: False}, **options)
        self._writing = engine.execution_options(**{WRITES: True}, **options)

    def open(self, *, writes: bool) -> Session:
        """Return a session whose transaction takes the write lock at its start if it will write.

        Raises ReadOnlyError.
        """
        if writes and self.read_only:
            raise ReadOnlyError
        bind = self._writing if writes else self._reading
        return CountingSession(bind, expire_on_commit=False, info={TELL: self._note_change})

    def _note_change(self) -> None:
        self.last_change = object()


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


def note(sessions: Sessions, write: Callable[[Session], object]) -> None:
    """Write what nobody waits for, in a transaction of its own; while nothing may be written, it is left out."""
    if sessions.read_only:
        return
    with unit_of_work(sessions) as (session, _):
        write(session)


def let_go(session: Session) -> None:
    """Commit what was done so far and hold neither a lock nor a connection until the session is used again.

    For services that call other hosts while somebody waits: no transaction may be open during a call.
    """
    session.commit()
