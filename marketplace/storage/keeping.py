"""Keeps blobs as long as any row names them, and deletes them afterwards.

Blobs are named by their content, so one may belong to files, drafts and versions alike. A column that names a blob is
called `digest`, in whatever table; one so called that names none says so (`NO_BLOB`). Whoever stores bytes goes
through `keep_blob`: its statement and that of the sweep meet at the row of the abandoned blob, so that
nothing is deleted which a transaction under way is about to name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.db.base import Base, table_of
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.ports import BlobStore
from marketplace.storage.digests import digest_of
from marketplace.storage.holding import are_held
from marketplace.storage.models import AbandonedBlob

GRACE = timedelta(hours=1)
"""Longer than any transaction that stored bytes before they were abandoned may last."""
BATCH = 100
DIGEST_COLUMN = "digest"
_abandoned = table_of(AbandonedBlob)
_CLAIM = delete(_abandoned).where(_abandoned.c.digest == bindparam("kept"))
INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep_blob(session: Session, blobs: BlobStore, data: bytes) -> str:
    """Store bytes and return their digest; the sweep leaves them alone from now on. Call it before the row is added."""
    session.flush()
    session.connection().execute(_CLAIM, {"kept": digest_of(data)})
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
    behind whose blobs are gone, and deleting these once more is harmless. While somebody holds all blobs, none goes.
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
            unheld = _let_go(session, digests)
            if are_held(session, now):
                # Asked last: a hold that is not seen here came after the rows were looked at, and so did its holder.
                session.rollback()
                return deleted
            for digest in sorted(unheld):
                blobs.delete(digest)
            deleted += len(unheld)
            after = digests[-1]


def _let_go(session: Session, digests: Collection[str]) -> set[str]:
    """Forget that blobs were abandoned, and return those that no row names."""
    gone = session.scalars(
        delete(AbandonedBlob).where(AbandonedBlob.digest.in_(digests)).returning(AbandonedBlob.digest)
    ).all()
    return set(gone) - named_among(session, gone)


def named_among(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of some digests that any row names."""
    found = union(*(select(column).where(column.in_(digests)) for column in blob_columns(Base.metadata.sorted_tables)))
    return set(session.scalars(found))


def blob_columns(tables: Iterable[Table]) -> list[Column[str]]:
    """Return the columns of some tables, in whatever version of the schema, that name blobs."""
    return [table.columns[DIGEST_COLUMN] for table in tables if DIGEST_COLUMN in table.columns and _names_blobs(table)]


def _names_blobs(table: Table) -> bool:
    known = Base.metadata.tables.get(table.name, table)
    column = known.columns.get(DIGEST_COLUMN, table.columns[DIGEST_COLUMN])
    return table.name != AbandonedBlob.__tablename__ and bool(column.info.get("names_blob", True))
