"""Asking the index: which subjects match, and how well."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, case, false, func, literal, select, union_all

from marketplace.kernel.context import Context
from marketplace.search.index import Backend, backend_of
from marketplace.search.models import IndexedEntry
from marketplace.search.phrases import Word, Wording, loosen, read_query

POINTS_PER_TIER = 100
"""Each tier point counts this much; the boost (0 to 999) stays below a difference of ten points."""
REST = 10
"""Points of a word that occurs in the body only."""
LOOSE_SHARE = 0.25
"""How many of the pieces of a query must occur when its words don't."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was understood: its words, all of which occur, or else its pieces, most of which do."""

    backend: Backend
    words: tuple[Word, ...]
    is_loose: bool

    def ranked(self) -> Subquery:
        """Return the subjects that match with their score. Columns: subject_id, score."""
        hits = self._hits()
        rest = 0 if self.is_loose else REST
        points = [tier(word, rest) for word in self.words]
        if self.is_loose:
            points.append(hits.c.pieces * REST)
        return self._subjects(hits, score(points).label("score"))

    def unranked(self) -> Subquery:
        """Return the same subjects without their score, for counting them. Column: subject_id."""
        return self._subjects(self._hits())

    def _subjects(self, hits: Subquery, *more: ColumnElement[int]) -> Subquery:
        chosen = select(IndexedEntry.subject_id, *more).join(hits, hits.c.number == IndexedEntry.number)
        return chosen.subquery("found")

    def _hits(self) -> Subquery:
        """Return the numbers of the entries that match, found by the index alone; if loose, with how many pieces."""
        if not self.words:
            return select(IndexedEntry.number).where(false()).subquery("hits")
        if not self.is_loose:
            return _numbered(self.backend.matching(list(self.words)))
        single = union_all(*(select(_numbered(self.backend.matching([word])).c.number) for word in self.words))
        each = single.subquery("each")
        enough = max(1, round(len(self.words) * LOOSE_SHARE))
        counted = select(each.c.number, func.count().label("pieces")).group_by(each.c.number)
        return counted.having(func.count() >= enough).subquery("hits")


def _numbered(matching: Select[int]) -> Subquery:
    """Name the one column of a back end's selection, which each calls otherwise."""
    return select(matching.subquery().columns[0].label("number")).subquery("hits")


def read(ctx: Context, text: str) -> Reading:
    """Understand a query: every word must occur; if that finds nothing, at least a good part of their pieces must."""
    backend = backend_of(ctx.session.get_bind().dialect.name)
    strict = Reading(backend, tuple(read_query(text)), is_loose=False)
    if not strict.words or ctx.session.scalar(select(strict.unranked().c.subject_id).limit(1)) is not None:
        return strict
    return Reading(backend, tuple(loosen(list(strict.words))), is_loose=True)


def match(ctx: Context, text: str) -> Subquery:
    """Return the subjects that match a query, with their score, to be joined to their own table.

    Columns: subject_id, score. Order by score descending and then by an id: the order is the same on both databases.
    A query without any letter, digit or picture matches nothing.
    """
    return read(ctx, text).ranked()


def score(points: list[ColumnElement[int]]) -> ColumnElement[int]:
    """Return the rank of an entry: the tier points of each word, then the stored boost.

    It is a formula of our own since bm25() and ts_rank() would order differently.
    """
    total: ColumnElement[int] = IndexedEntry.boost + literal(0)
    for of_word in points:
        total = total + of_word * POINTS_PER_TIER
    return total


def tier(word: Word, rest: int = REST) -> ColumnElement[int]:
    """Return the points of the best place where a word occurs; a synonym counts less than what was typed."""
    places = _places(word.typed, (100, 80, 60, 50, 40, 20))
    for synonym in word.synonyms:
        places += _places(synonym, (75, 65, 45, 35, 30, 15))
    places.sort(key=lambda place: -place[1])
    return case(*places, else_=rest)


def _places(wording: Wording, points: tuple[int, ...]) -> list[tuple[ColumnElement[bool], int]]:
    key = wording.key
    entry = IndexedEntry
    conditions = (
        entry.title_key.contains(f"|{key}|", autoescape=True),
        entry.title_key.contains(f"|{key}", autoescape=True),
        entry.title_key.contains(key, autoescape=True),
        entry.keyword_key.contains(f"|{key}|", autoescape=True),
        entry.keyword_key.contains(key, autoescape=True),
        entry.summary_key.contains(key, autoescape=True),
    )
    return list(zip(conditions, points, strict=True))
