"""Counts the changes of what strangers may see, in the transactions that make them.

The count is raised by the last statement before the commit: revisions are committed in their order, and the lock of
the one row is held for a moment only. Whoever knows a revision knows that nothing shown has changed as long as it
stands (docs/adr/answers-by-revision.md).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Executable, bindparam, event, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from marketplace.db.base import Base
from marketplace.db.shown import writes_shown
from marketplace.kernel.ids import new_id

TELL = "tell_of_change"
"""Item of a session's `info`: whom to tell once a change was committed."""
_CONNECTION = "connection"
_WRITTEN = "shown_was_written"
_COUNTED = "change_was_counted"


class PublicState(Base):
    """One row: how often what strangers may see has changed, and a token of its own for each time.

    A number alone could be that of a change rolled back, or of a database that a backup has replaced since.
    """

    __tablename__ = "public_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    token: Mapped[str]


_REVISION = select(PublicState.__table__.c.revision, PublicState.__table__.c.token)


class CountingSession(Session):
    """A session whose commit counts a change, if anything was written that strangers may see."""


def note_writes(engine: Engine) -> None:
    """Let every connection of an engine remember whether its transaction has written what is shown."""
    event.listen(engine, "begin", _forget)
    event.listen(engine, "before_cursor_execute", _note)


def read_public_revision(session: Session) -> str:
    """Return the revision that a transaction sees."""
    row = session.execute(_REVISION).first()
    return "" if row is None else f"{row.revision} {row.token}"


def _forget(connection: Connection) -> None:
    connection.info.pop(_WRITTEN, None)


def _note(connection: Connection, _cursor: object, statement: str, *_rest: Any) -> None:
    if writes_shown(statement):
        connection.info[_WRITTEN] = True


@event.listens_for(CountingSession, "after_begin")
def _hold_connection(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    session.info[_CONNECTION] = connection


@event.listens_for(CountingSession, "before_commit")
def _count(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    connection: Connection | None = session.info.pop(_CONNECTION, None)
    if connection is None or connection.closed or not connection.info.pop(_WRITTEN, False):
        return
    connection.execute(_raise_count(connection.dialect.name), {"token": new_id()})
    session.info[_COUNTED] = True


@cache
def _raise_count(dialect: str) -> Executable:
    """Return the statement of a dialect, made once."""
    make = postgres_insert if dialect == "postgresql" else sqlite_insert
    first = make(PublicState).values(id=1, revision=1, token=bindparam("token"))
    raised = {"revision": PublicState.revision + 1, "token": first.excluded.token}
    return first.on_conflict_do_update(index_elements=["id"], set_=raised)


@event.listens_for(CountingSession, "after_commit")
def _tell(session: Session) -> None:
    if session.info.pop(_COUNTED, False):
        tell: Callable[[], None] | None = session.info.get(TELL)
        if tell is not None:
            tell()
