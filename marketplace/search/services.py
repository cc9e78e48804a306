"""Keeping what can be found in step with the data, in the transaction that changes the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select

from marketplace.db.writing import write_row
from marketplace.kernel.context import Context
from marketplace.search import analysis
from marketplace.search.index import backend_of
from marketplace.search.models import IndexedEntry, SearchState
from marketplace.search.revisions import Change, next_change

MAX_TEXT = 20_000
"""Characters of one text that are indexed."""
MAX_TERMS = 30_000
"""Terms kept of one entry; a tsvector holds one megabyte."""
TRAITS = "trait"
"""Where the traits stand among the texts of an entry."""


class Kind(StrEnum):
    """What can be found."""

    TEMPLATE = "template"
    CATEGORY = "category"
    MUNICIPALITY = "municipality"
    STORY = "story"
    WANTED = "wanted"


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
    traits: Sequence[str] = ()
    """What it is compared with others by: letters and digits only. No query finds them (search/traits.py)."""


def index_entry(ctx: Context, entry: SearchEntry) -> None:
    """Make a subject findable by these texts and no others."""
    change = next_change(ctx.session)
    _write_entries(ctx, change, [entry], _rows(ctx, [entry.subject_id]))


def index_new(ctx: Context, entry: SearchEntry) -> None:
    """Do the same for a subject that was made in this transaction, so that nobody has entered it yet."""
    _write_entries(ctx, next_change(ctx.session), [entry], {})


def index_changed(ctx: Context, entries: Sequence[SearchEntry]) -> int:
    """Make subjects findable as one change, as far as they are not so already, and return how many were not.

    The caller waited for the other writers before it read what the entries are made of.
    """
    rows = _rows(ctx, [entry.subject_id for entry in entries])
    changed = [entry for entry in entries if not _is_indexed(rows.get(entry.subject_id), entry)]
    if changed:
        _write_entries(ctx, next_change(ctx.session), changed, rows)
    return len(changed)


def index_kind(ctx: Context, kind: Kind, entries: Sequence[SearchEntry]) -> int:
    """Make these and no others of a kind findable, as one change, and return how many differed from what was there."""
    await_writers(ctx)
    changed = index_changed(ctx, entries)
    standing = select(IndexedEntry.subject_id).where(
        IndexedEntry.kind == kind.value, IndexedEntry.is_removed.is_(False)
    )
    gone = set(ctx.session.scalars(standing)) - {entry.subject_id for entry in entries}
    for subject in sorted(gone):
        remove_entry(ctx, subject)
    return changed + len(gone)


def _is_indexed(row: IndexedEntry | None, entry: SearchEntry) -> bool:
    if row is None or row.is_removed:
        return False
    figures = {**row.figures, **entry.figures}
    stored = (_unordered(row.texts), row.facets, row.figures)
    return stored == (_unordered(stored_texts(entry)), dict(entry.facets), figures)


def _unordered(texts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the texts of each place in their own order: a bundle in memory has another than one that was read."""
    return {place: sorted(found) for place, found in texts.items()}


def _write_entries(
    ctx: Context, change: Change, entries: Sequence[SearchEntry], rows: Mapping[str, IndexedEntry]
) -> None:
    """Write entries as one change, over the rows that are there."""
    written: list[tuple[IndexedEntry, dict[str, list[str]]]] = []
    for entry in entries:
        found = rows.get(entry.subject_id)
        row = found or IndexedEntry(subject_id=entry.subject_id, texts={}, figures={})
        before, row.kind, row.texts = dict(row.texts), entry.kind.value, stored_texts(entry)
        row.facets, row.figures = dict(entry.facets), {**row.figures, **entry.figures}
        row.is_removed, row.revision = False, change.revision
        if found is None:
            write_row(ctx.session, row)  # the index is written under its number
        written.append((row, before))
    ctx.session.flush()
    rewritten = [(row, before) for row, before in written if before != row.texts]
    for row, before in rewritten:
        _erase(ctx, change, row.number, before)
    _put(ctx, change, [row for row, _before in rewritten])


def stored_texts(entry: SearchEntry) -> dict[str, list[str]]:
    """Return what is kept of the texts and traits of an entry, by place."""
    texts = {place.value: [analysis.visible(text) for text in entry.texts.get(place, ())] for place in Place}
    return {**texts, TRAITS: list(entry.traits)}


def set_figures(ctx: Context, subject_id: str, figures: Mapping[str, int]) -> None:
    """Change what a subject is ranked by; its texts stay as they are."""
    change = next_change(ctx.session, with_texts=False)
    row = _row(ctx, subject_id)
    if row is not None:
        row.figures, row.revision = {**row.figures, **figures}, change.revision


def add_to_figure(ctx: Context, subject_id: str, name: str, change: int) -> None:
    """Add to one figure of a subject; the caller holds what orders such changes."""
    row = _row(ctx, subject_id)
    if row is not None:
        set_figures(ctx, subject_id, {name: max(0, int(row.figures.get(name, 0)) + change)})


def remove_entry(ctx: Context, subject_id: str) -> None:
    """Make a subject unfindable; removing what is not there is harmless."""
    row = _row(ctx, subject_id)
    if row is not None and not row.is_removed:
        change = next_change(ctx.session)
        ctx.session.refresh(row)  # who counted before us may have written other texts
        _erase(ctx, change, row.number, row.texts)
        row.texts, row.facets = {}, {}  # The figures stay: what others did counts again when it is back.
        row.is_removed, row.revision = True, change.revision


def count_entries(ctx: Context, kind: Kind) -> int:
    """Return how many subjects of a kind can be found."""
    standing = select(func.count()).select_from(IndexedEntry)
    found = standing.where(IndexedEntry.kind == kind.value, IndexedEntry.is_removed.is_(False))
    return ctx.session.scalar(found) or 0


def is_current(ctx: Context) -> bool:
    """Tell whether the index was made with the analysis of today, and none is being made; one of nothing always was."""
    state = ctx.session.execute(select(SearchState.analysis, SearchState.fresh_analysis)).first()
    return state is None or tuple(state) == (analysis.VERSION, None)


def await_writers(ctx: Context) -> None:
    """Wait for those who change what can be found, and keep others from it until the transaction ends."""
    ctx.session.execute(select(SearchState.revision).with_for_update())


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
    kept = found if len(found) <= MAX_TERMS else sorted(found)[:MAX_TERMS]
    return frozenset(kept) | {analysis.trait_term(trait) for trait in texts.get(TRAITS, ())}


def revisions_of(ctx: Context, subject_ids: Collection[str]) -> dict[str, int]:
    """Return at which revision each of these subjects changed last; without those that can't be found any more."""
    row = IndexedEntry
    chosen = select(row.subject_id, row.revision).where(row.subject_id.in_(subject_ids), row.is_removed.is_(False))
    return {found.subject_id: found.revision for found in ctx.session.execute(chosen)}


def _row(ctx: Context, subject_id: str) -> IndexedEntry | None:
    return _rows(ctx, [subject_id]).get(subject_id)


def _rows(ctx: Context, subject_ids: Collection[str]) -> dict[str, IndexedEntry]:
    """Return the rows of subjects as they are now, whatever this transaction read of them before it had to wait."""
    stored = select(IndexedEntry).where(IndexedEntry.subject_id.in_(subject_ids))
    rows = ctx.session.scalars(stored.execution_options(populate_existing=True))
    return {row.subject_id: row for row in rows}


def _put(ctx: Context, change: Change, rows: Sequence[IndexedEntry]) -> None:
    """Write entries to the index, and to the one that is being made beside it as far as that has come."""
    connection, filled = ctx.session.connection(), [row for row in rows if row.number <= change.fresh_filled]
    backend = backend_of(connection.dialect.name)
    backend.add(connection, ((row.number, terms_of(row.texts)) for row in rows))
    if filled:
        backend.add(connection, ((row.number, terms_of(row.texts)) for row in filled), fresh=True)


def _erase(ctx: Context, change: Change, number: int, texts: Mapping[str, list[str]]) -> None:
    terms, connection = terms_of(texts), ctx.session.connection()
    if terms:
        backend_of(connection.dialect.name).erase(connection, number, terms)
    if terms and number <= change.fresh_filled:
        backend_of(connection.dialect.name).erase(connection, number, terms, fresh=True)
