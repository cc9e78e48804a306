"""Counts the changes of what can be found, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from marketplace.db.base import table_of
from marketplace.kernel.ids import new_id
from marketplace.search import analysis
from marketplace.search.models import SearchRevision, SearchState

KEPT_REVISIONS = 10_000
"""A process that is further behind reads everything anew."""
FORGET_EVERY = 100
SPOILT = -1
"""Stands for how far a fresh index is filled that must be begun anew."""
_NOTE = insert(table_of(SearchRevision))


@dataclass(frozen=True, slots=True)
class Change:
    """One change under way: its revision, and up to which number entries stand in an index being made as well."""

    revision: int
    fresh_filled: int


def next_change(session: Session, *, with_texts: bool = True) -> Change:
    """Count one change, and wait for whoever counts one already: revisions are committed in their order."""
    session.flush()
    connection = session.connection()
    revision, fresh_analysis, filled = connection.execute(_raise_count(connection.dialect.name)).one()
    connection.execute(_NOTE, {"revision": revision, "token": new_id(), "with_texts": with_texts})
    if revision % FORGET_EVERY == 0:
        session.execute(delete(SearchRevision).where(SearchRevision.revision < revision - KEPT_REVISIONS))
    if fresh_analysis is None:
        return Change(revision, 0)
    if fresh_analysis != analysis.VERSION:
        # Made by a process of another version, with terms that this one doesn't know: it would miss the change.
        session.execute(update(SearchState).values(fresh_filled=SPOILT))
        return Change(revision, 0)
    return Change(revision, filled)


@cache
def _raise_count(dialect: str) -> ReturningInsert[Any]:
    """Return the statement that counts a change, made once for a dialect."""
    state = table_of(SearchState)
    insertion = postgresql.insert(state) if dialect == "postgresql" else sqlite.insert(state)
    first = insertion.values(id=1, revision=1, analysis=analysis.VERSION)
    counted = first.on_conflict_do_update(index_elements=["id"], set_={"revision": state.c.revision + 1})
    return counted.returning(state.c.revision, state.c.fresh_analysis, state.c.fresh_filled)
