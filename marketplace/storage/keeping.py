"""Keeps blobs as long as any row names them, and deletes them afterwards.

Blobs are named by their content, so one may belong to files, drafts and versions alike. A column that names a blob is
called `digest`, in whatever table. Whoever stores bytes goes through `keep_blob`: its statement and that of the sweep
meet at the row of the abandoned blob, so that nothing is deleted which a transaction under way is about to name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.db.base import Base
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.ports import BlobStore
from marketplace.storage.digests import digest_of
from marketplace.storage.models import AbandonedBlob

GRACE = timedelta(hours=1)
"""Longer than any transaction that stored bytes before they were abandoned may last."""
BATCH = 100
DIGEST_COLUMN = "digest"
INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep_blob(session: Session, blobs: BlobStore, data: bytes) -> str:
    """Store bytes and return their digest; the sweep leaves them alone from now on. Call it before the row is added."""
    session.execute(delete(AbandonedBlob).where(AbandonedBlob.digest == digest_of(data)))
    return blobs.put(data)


def abandon_blobs(session: Session, digests: Collection[str]) -> None:
    """Note blobs that rows named which are being deleted in this transaction."""
    wanted = set(digests)
    if not wanted:
        return
    insert = INSERTS[session.get_bind().dialect.name]
    # Two transactions may abandon the same blob at once: the later one waits for the earlier and adds nothing.
    added = insert(AbandonedBlob).on_conflict_do_nothing(index_elements=[AbandonedBlob.digest])
    session.execute(added, [{"digest": digest, "seen_at": None} for digest in sorted(wanted)])


def delete_abandoned_blobs(sessions: Sessions, blobs: BlobStore, now: datetime) -> int:
    """Delete what is still abandoned an hour after a sweep first saw it, and return how many blobs that were.

    Each batch has a transaction of its own, whose end lets go of what was decided on; a crash before leaves rows
    behind whose blobs are gone, and deleting these once more is harmless.
    """
    with unit_of_work(sessions) as (session, _):
        session.execute(update(AbandonedBlob).where(AbandonedBlob.seen_at.is_(None)).values(seen_at=now))
    deleted, after = 0, ""
    while True:
        with unit_of_work(sessions) as (session, _):
            due = (AbandonedBlob.seen_at <= now - GRACE, AbandonedBlob.digest > after)
            digests = session.scalars(
                select(AbandonedBlob.digest).where(*due).order_by(AbandonedBlob.digest).limit(BATCH)
            ).all()
            if not digests:
                return deleted
            deleted += _delete_batch(session, blobs, digests)
            after = digests[-1]


def _delete_batch(session: Session, blobs: BlobStore, digests: Collection[str]) -> int:
    gone = session.scalars(
        delete(AbandonedBlob).where(AbandonedBlob.digest.in_(digests)).returning(AbandonedBlob.digest)
    ).all()
    unheld = set(gone) - _held(session, gone)
    for digest in sorted(unheld):
        blobs.delete(digest)
    return len(unheld)


def _held(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of some digests that any row names."""
    found = union(*(select(column).where(column.in_(digests)) for column in _digest_columns()))
    return set(session.scalars(found))


def _digest_columns() -> Iterator[ColumnElement[str]]:
    for table in Base.metadata.sorted_tables:
        if DIGEST_COLUMN in table.columns and table.name != AbandonedBlob.__tablename__:
            yield table.columns[DIGEST_COLUMN]
