"""Keeping what can be found in step with the data, in the transaction that changes the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.search import analysis
from marketplace.search.index import Backend, backend_of
from marketplace.search.models import IndexedEntry, SearchRevision, SearchState

KEPT_REVISIONS = 1_000
"""A process that is further behind reads everything anew."""
REBUILT_AT_ONCE = 500
MAX_TEXT = 20_000
"""Characters of one text that are indexed."""
MAX_TERMS = 30_000
"""Terms kept of one entry; a tsvector holds one megabyte."""


class Kind(StrEnum):
    """What can be found."""

    TEMPLATE = "template"
    CATEGORY = "category"
    MUNICIPALITY = "municipality"


class Place(StrEnum):
    """Where a text stands; a hit in an earlier place ranks higher. The value's first letter marks its terms."""

    TITLE = "title"
    KEYWORD = "keyword"
    SUMMARY = "summary"
    BODY = "body"

    @property
    def tag(self) -> str:
        """The letter before each term of this place."""
        return self.value[0]

    @property
    def is_bounded(self) -> bool:
        """Tell whether beginnings and ends are told apart; in running text they mean nothing."""
        return self in {Place.TITLE, Place.KEYWORD}


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What is to be found under a subject, what it is filtered by, and the whole numbers it is ranked by."""

    kind: Kind
    subject_id: str
    texts: Mapping[Place, list[str]]
    facets: Mapping[str, list[str]] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)


def index_entry(ctx: Context, entry: SearchEntry) -> None:
    """Make a subject findable by these texts and no others."""
    row = _row(ctx, entry.subject_id)
    _write_entries(ctx, [entry], {} if row is None else {row.subject_id: row})


def index_kind(ctx: Context, kind: Kind, entries: Sequence[SearchEntry]) -> int:
    """Make these and no others of a kind findable, as one change, and return how many differed from what was there."""
    stored = ctx.session.scalars(select(IndexedEntry).where(IndexedEntry.kind == kind.value))
    rows = {row.subject_id: row for row in stored}
    changed = [entry for entry in entries if not _is_indexed(rows.get(entry.subject_id), entry)]
    gone = set(rows) - {entry.subject_id for entry in entries}
    gone = {subject for subject in gone if not rows[subject].is_removed}
    if changed:
        _write_entries(ctx, changed, rows)
    for subject in sorted(gone):
        remove_entry(ctx, subject)
    return len(changed) + len(gone)


def _is_indexed(row: IndexedEntry | None, entry: SearchEntry) -> bool:
    if row is None or row.is_removed:
        return False
    figures = {**row.figures, **entry.figures}
    return (row.texts, row.facets, row.figures) == (_texts_of(entry), dict(entry.facets), figures)


def _write_entries(ctx: Context, entries: Sequence[SearchEntry], rows: Mapping[str, IndexedEntry]) -> None:
    """Write entries under one revision, over the rows that are there."""
    revision = _next_revision(ctx)
    written: list[tuple[IndexedEntry, dict[str, list[str]]]] = []
    for entry in entries:
        row = rows.get(entry.subject_id) or IndexedEntry(subject_id=entry.subject_id, texts={}, figures={})
        before, row.kind, row.texts = dict(row.texts), entry.kind.value, _texts_of(entry)
        row.facets, row.figures = dict(entry.facets), {**row.figures, **entry.figures}
        row.is_removed, row.revision = False, revision
        written.append((row, before))
    ctx.session.add_all([row for row, _before in written])
    ctx.session.flush()  # the index is written under the rows' numbers
    rewritten = [(row, before) for row, before in written if before != row.texts]
    for row, before in rewritten:
        _erase(ctx, row.number, before)
    _backend(ctx).add(ctx.session.connection(), ((row.number, terms_of(row.texts)) for row, _before in rewritten))


def _texts_of(entry: SearchEntry) -> dict[str, list[str]]:
    return {place.value: [analysis.visible(text) for text in entry.texts.get(place, ())] for place in Place}


def set_figures(ctx: Context, subject_id: str, figures: Mapping[str, int]) -> None:
    """Change what a subject is ranked by; its texts stay as they are."""
    row = _row(ctx, subject_id)
    if row is not None:
        revision = _next_revision(ctx)
        row.figures, row.revision = {**row.figures, **figures}, revision


def add_to_figure(ctx: Context, subject_id: str, name: str, change: int) -> None:
    """Add to one figure of a subject; the caller holds what orders such changes."""
    row = _row(ctx, subject_id)
    if row is not None:
        set_figures(ctx, subject_id, {name: max(0, int(row.figures.get(name, 0)) + change)})


def remove_entry(ctx: Context, subject_id: str) -> None:
    """Make a subject unfindable; removing what is not there is harmless."""
    row = _row(ctx, subject_id)
    if row is not None and not row.is_removed:
        revision = _next_revision(ctx)
        _erase(ctx, row.number, row.texts)
        row.texts, row.facets = {}, {}  # The figures stay: what others did counts again when it is back.
        row.is_removed, row.revision = True, revision


def count_entries(ctx: Context, kind: Kind) -> int:
    """Return how many subjects of a kind can be found."""
    standing = select(func.count()).select_from(IndexedEntry)
    found = standing.where(IndexedEntry.kind == kind.value, IndexedEntry.is_removed.is_(False))
    return ctx.session.scalar(found) or 0


def is_current(ctx: Context) -> bool:
    """Tell whether the index was made with the analysis of today; an index of nothing always was."""
    return ctx.session.scalar(select(SearchState.analysis)) in {None, analysis.VERSION}


def rebuild_index(ctx: Context, tell: Callable[[int, int], None]) -> None:
    """Make the index anew from the stored texts; `tell` hears how many of how many entries are done."""
    ctx.session.flush()
    _next_revision(ctx)  # nobody changes an entry until the commit
    _backend(ctx).rebuild(ctx.session.connection(), _all_terms(ctx, tell))
    ctx.session.execute(update(SearchState).values(analysis=analysis.VERSION))


def _all_terms(ctx: Context, tell: Callable[[int, int], None]) -> Iterator[tuple[int, frozenset[str]]]:
    standing = select(IndexedEntry.number).where(IndexedEntry.is_removed.is_(False)).order_by(IndexedEntry.number)
    numbers = list(ctx.session.scalars(standing))
    for start in range(0, len(numbers), REBUILT_AT_ONCE):
        batch = numbers[start : start + REBUILT_AT_ONCE]
        stored = select(IndexedEntry.number, IndexedEntry.texts).where(IndexedEntry.number.between(batch[0], batch[-1]))
        for number, texts in ctx.session.execute(stored.where(IndexedEntry.is_removed.is_(False))).all():
            yield number, terms_of(texts)
        tell(start + len(batch), len(numbers))


def texts_of(ctx: Context, subject_ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return the texts of subjects by place, in one query."""
    stored = select(IndexedEntry.subject_id, IndexedEntry.texts).where(IndexedEntry.subject_id.in_(subject_ids))
    return {subject: dict(texts) for subject, texts in ctx.session.execute(stored)}


def terms_of(texts: Mapping[str, list[str]]) -> frozenset[str]:
    """Return what the index holds of an entry with these texts."""
    found: set[str] = set()
    for place in Place:
        tag, bounded = place.tag, place.is_bounded
        found.update(*(analysis.terms(text[:MAX_TEXT], tag, bounded=bounded) for text in texts.get(place.value, ())))
    return frozenset(found if len(found) <= MAX_TERMS else sorted(found)[:MAX_TERMS])


def _row(ctx: Context, subject_id: str) -> IndexedEntry | None:
    return ctx.session.scalar(select(IndexedEntry).where(IndexedEntry.subject_id == subject_id))


def _erase(ctx: Context, number: int, texts: Mapping[str, list[str]]) -> None:
    terms = terms_of(texts)
    if terms:
        _backend(ctx).erase(ctx.session.connection(), number, terms)


def _backend(ctx: Context) -> Backend:
    return backend_of(ctx.session.connection().dialect.name)


def _next_revision(ctx: Context) -> int:
    """Count one change, and wait for whoever counts one already: revisions are committed in their order."""
    is_postgres = ctx.session.connection().dialect.name == "postgresql"
    counted = (postgres_insert if is_postgres else sqlite_insert)(SearchState).values(
        id=1, revision=1, analysis=analysis.VERSION
    )
    counted = counted.on_conflict_do_update(index_elements=["id"], set_={"revision": SearchState.revision + 1})
    revision = ctx.session.execute(counted.returning(SearchState.revision)).scalar_one()
    ctx.session.execute(insert(SearchRevision).values(revision=revision, token=new_id()))
    ctx.session.execute(delete(SearchRevision).where(SearchRevision.revision < revision - KEPT_REVISIONS))
    return int(revision)
