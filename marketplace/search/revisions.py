"""Counts the changes of what can be found, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from marketplace.kernel.ids import new_id
from marketplace.search import analysis
from marketplace.search.models import SearchRevision, SearchState

KEPT_REVISIONS = 10_000
"""A process that is further behind reads everything anew."""
FORGET_EVERY = 100
SPOILT = -1
"""Stands for how far a fresh index is filled that must be begun anew."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change under way: its revision, and up to which number entries stand in an index being made as well."""

    revision: int
    fresh_filled: int


def next_change(session: Session, *, with_texts: bool = True) -> Change:
    """Count one change, and wait for whoever counts one already: revisions are committed in their order."""
    is_postgres = session.connection().dialect.name == "postgresql"
    counted = (postgres_insert if is_postgres else sqlite_insert)(SearchState).values(
        id=1, revision=1, analysis=analysis.VERSION
    )
    counted = counted.on_conflict_do_update(index_elements=["id"], set_={"revision": SearchState.revision + 1})
    state = counted.returning(SearchState.revision, SearchState.fresh_analysis, SearchState.fresh_filled)
    revision, fresh_analysis, filled = session.execute(state).one()
    session.execute(insert(SearchRevision).values(revision=revision, token=new_id(), with_texts=with_texts))
    if revision % FORGET_EVERY == 0:
        session.execute(delete(SearchRevision).where(SearchRevision.revision < revision - KEPT_REVISIONS))
    if fresh_analysis is None:
        return Change(revision, 0)
    if fresh_analysis != analysis.VERSION:
        # Made by a process of another version, with terms that this one doesn't know: it would miss the change.
        session.execute(update(SearchState).values(fresh_filled=SPOILT))
        return Change(revision, 0)
    return Change(revision, filled)
