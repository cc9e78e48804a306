"""Makes the index anew beside the one that serves, in short transactions, and goes on where it was interrupted.

The row that counts the revisions says how far the fresh index is filled. Whoever changes an entry that stands in it
already writes the change to both (search/services.py), so that it is whole as soon as it is full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.search import analysis
from marketplace.search.index import Backend, backend_of
from marketplace.search.models import IndexedEntry, SearchState
from marketplace.search.revisions import SPOILT, next_change
from marketplace.search.services import terms_of

AT_ONCE = 100
"""Entries written in one transaction."""
TRIES, REST = 100, 0.2
"""How often, and after how many seconds, it is tried to put the fresh index in its place while others read."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The terms of an entry and the revision they are of."""

    revision: int
    terms: frozenset[str]


def rebuild_index(sessions: Sessions, tell: Callable[[int, int], None]) -> None:
    """Make the index anew from the stored texts; `tell` hears how many of how many entries left are done."""
    backend = backend_of(sessions.engine.dialect.name)
    done, is_over = 0, False
    while not is_over:
        total = done + _begin(sessions, backend)
        while written := _fill(sessions, backend):
            done += written
            tell(min(done, total), total)
        backend.finish_fresh(sessions.engine)
        is_over = _take_over(sessions, backend)


def _begin(sessions: Sessions, backend: Backend) -> int:
    """Make an empty index unless one stands there half filled; return how many entries it lacks."""
    with unit_of_work(sessions) as (session, _):
        next_change(session)  # the row is there, and ours
        state = _state(session)
        if state.fresh_analysis != analysis.VERSION or state.fresh_filled == SPOILT:
            backend.create_fresh(session.connection())
            session.execute(update(SearchState).values(fresh_analysis=analysis.VERSION, fresh_filled=0))
        return session.scalar(_lacking(func.count(), _state(session).fresh_filled)) or 0


def _fill(sessions: Sessions, backend: Backend) -> int:
    """Write some more entries and return how many; terms are found before anybody must wait for us."""
    with unit_of_work(sessions, writes=False) as (session, _):
        before = _state(session)
        row = IndexedEntry
        chosen = _lacking(row.number, before.fresh_filled).add_columns(row.revision, row.texts)
        rows = session.execute(chosen.order_by(row.number).limit(AT_ONCE)).all()
    if not _is_filling(before) or not rows:
        return 0
    known = {number: _Entry(revision, terms_of(texts)) for number, revision, texts in rows}
    last = rows[-1].number
    with unit_of_work(sessions) as (session, _):
        state = _state(session, locked=True)
        if (state.fresh_analysis, state.fresh_filled) == (before.fresh_analysis, before.fresh_filled):
            entries = _as_they_are(session, known, state.fresh_filled, last)
            backend.add(session.connection(), ((number, each.terms) for number, each in entries.items()), fresh=True)
            session.execute(update(SearchState).values(fresh_filled=last))
    return len(rows)


def _as_they_are(session: Session, known: dict[int, _Entry], after: int, last: int) -> dict[int, _Entry]:
    """Return the entries of a stretch as nobody changes them any more: mostly as they were."""
    row = IndexedEntry
    stretch = _lacking(row.number, after).where(row.number <= last).order_by(row.number)
    revisions: dict[int, int] = {
        each.number: each.revision for each in session.execute(stretch.add_columns(row.revision))
    }
    changed = [number for number, revision in revisions.items() if known.get(number, _NOTHING).revision != revision]
    now = {number: known.get(number, _NOTHING) for number in revisions}
    for number, texts in session.execute(select(row.number, row.texts).where(row.number.in_(changed))):
        now[number] = _Entry(revisions[number], terms_of(texts))
    return now


def _take_over(sessions: Sessions, backend: Backend) -> bool:
    """Put the full index in its place, or tell that entries have come since."""
    for _try in range(TRIES):
        try:
            return _tried_to_take_over(sessions, backend)
        except OperationalError:
            sleep(REST)
    return _tried_to_take_over(sessions, backend)


def _tried_to_take_over(sessions: Sessions, backend: Backend) -> bool:
    with unit_of_work(sessions) as (session, _):
        state = _state(session, locked=True)
        if state.fresh_analysis is None:
            return True  # Another process was quicker.
        if not _is_filling(state) or session.scalar(_lacking(func.count(), state.fresh_filled)):
            return False
        backend.take_fresh(session.connection())
        next_change(session)  # processes forget what the old index answered
        values = {"analysis": analysis.VERSION, "fresh_analysis": None, "fresh_filled": 0}
        session.execute(update(SearchState).values(values))
        return True


_NOTHING = _Entry(0, frozenset())


def _state(session: Session, *, locked: bool = False) -> Any:
    chosen = select(SearchState.fresh_analysis, SearchState.fresh_filled)
    return session.execute(chosen.with_for_update() if locked else chosen).one()


def _is_filling(state: Any) -> bool:
    return bool(state.fresh_analysis == analysis.VERSION and state.fresh_filled != SPOILT)


def _lacking(what: Any, filled: int) -> Select[Any]:
    """Ask something of the entries that the fresh index does not hold yet."""
    return select(what).where(IndexedEntry.number > filled, IndexedEntry.is_removed.is_(False))
