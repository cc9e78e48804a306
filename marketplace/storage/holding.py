"""Keeps every blob where it is while somebody reads what rows of an earlier moment name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.ids import new_id
from marketplace.storage.models import BlobHold

HELD_FOR = timedelta(minutes=30)
"""How long a hold lasts unless it is renewed; longer than copying any one blob may take."""
RENEW_AFTER = timedelta(minutes=5)


@contextmanager
def holding_blobs(sessions: Sessions, now: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
    """Let no sweep delete a blob during the block, which calls what it is given again and again.

    A database from before there were holds is read without one.
    """
    if not inspect(sessions.engine).has_table(BlobHold.__tablename__):
        yield _nothing
        return
    key, renewed = new_id(), now()
    with unit_of_work(sessions) as (session, _):
        session.execute(delete(BlobHold).where(BlobHold.until <= renewed))
        session.add(BlobHold(id=key, until=renewed + HELD_FOR))

    def renew() -> None:
        nonlocal renewed
        if now() - renewed >= RENEW_AFTER:
            renewed = now()
            with unit_of_work(sessions) as (session, _):
                session.execute(update(BlobHold).where(BlobHold.id == key).values(until=renewed + HELD_FOR))

    try:
        yield renew
    finally:
        # On a full disk it stays and ends by itself; what went wrong in the block is what people must hear of.
        with suppress(SQLAlchemyError), unit_of_work(sessions) as (session, _):
            session.execute(delete(BlobHold).where(BlobHold.id == key))


def are_held(session: Session, now: datetime) -> bool:
    """Tell whether somebody holds the blobs."""
    return session.scalar(select(BlobHold.id).where(BlobHold.until > now).limit(1)) is not None


def _nothing() -> None:
    """Renew no hold."""
