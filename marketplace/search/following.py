"""Keeps the columns of each process up with the database: what changed is read, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, bindparam, select

from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.gathering import gather
from marketplace.search.models import IndexedEntry, SearchRevision
from marketplace.search.snapshots import read_snapshot

READ_AT_ONCE = 2_000
"""Rows held at a time while all are read."""
_held: WeakKeyDictionary[Pool, Columns] = WeakKeyDictionary()
"""By database: every unit of work has an engine of its own, but all draw their connections from one pool."""
_lock = Lock()
_log = SearchRevision.__table__.c
_LOG = (
    select(_log.revision, _log.token, _log.with_texts)
    .where(_log.revision >= bindparam("known"))
    .order_by(_log.revision)
)
"""The last change that is known, and those after it; asked for by each list, and so made once."""


def columns_of(ctx: Context) -> Columns:
    """Return what this transaction sees; one statement if nothing changed since the process looked last."""
    known, current = _held_and_followed(ctx)
    if current is not known:
        with _lock:
            _held[_pool_of(ctx)] = current
    return current


def columns_within(ctx: Context) -> Columns:
    """Return what this transaction sees after changes of its own, and leave it to nobody else before the commit."""
    return _held_and_followed(ctx)[1]


def _held_and_followed(ctx: Context) -> tuple[Columns | None, Columns]:
    with _lock:
        known = _held.get(_pool_of(ctx))
    followed = None if known is None else _followed(ctx, known)
    if followed is None:
        # Nothing known, too far behind, or what was seen last was rolled back.
        snapshot = read_snapshot(ctx)
        followed = None if snapshot is None else _followed(ctx, snapshot)
    return known, followed or _read_all(ctx)


def _pool_of(ctx: Context) -> Pool:
    return ctx.session.get_bind().engine.pool


def _followed(ctx: Context, known: Columns) -> Columns | None:
    """Return the columns with all later changes; None if they are not of this transaction's past."""
    log = read_rows(ctx.session, _LOG, {"known": known.revision}).all()
    if not log or (log[0].revision, log[0].token) != (known.revision, known.token):
        return None
    if len(log) == 1:
        return known
    rows, last = _rows_since(ctx, known.revision), log[-1]
    return gather(known, rows, last.revision, last.token, with_texts=any(change.with_texts for change in log[1:]))


def _read_all(ctx: Context) -> Columns:
    row = SearchRevision
    last = ctx.session.execute(select(row.revision, row.token).order_by(row.revision.desc()).limit(1)).first()
    return Columns() if last is None else gather(Columns(), _rows_since(ctx, 0, at_once=READ_AT_ONCE), *last)


def _rows_since(ctx: Context, revision: int, *, at_once: int | None = None) -> Iterable[Any]:
    row = IndexedEntry
    wanted = select(row.number, row.kind, row.subject_id, row.is_removed, row.facets, row.figures)
    wanted = wanted.where(row.revision > revision).order_by(row.number)
    return ctx.session.execute(wanted, execution_options={} if at_once is None else {"yield_per": at_once})
