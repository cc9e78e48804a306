"""Asking the index: which subjects match, and how well."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, case, false, literal, select

from marketplace.kernel.context import Context
from marketplace.search.index import backend_of
from marketplace.search.models import IndexedEntry
from marketplace.search.phrases import Word, Wording, read_query

POINTS_PER_TIER = 100
"""Each tier point counts this much; the boost (0 to 999) stays below a difference of ten points."""
REST = 10
"""Points of a word that occurs in the body only."""


def match(ctx: Context, text: str) -> Subquery:
    """Return the subjects in which every word of a query occurs, with their score, to be joined to their own table.

    Columns: subject_id, score. Order by score descending and then by an id: the order is the same on both databases.
    A query without any letter, digit or picture matches nothing.
    """
    words = read_query(text)
    return select(IndexedEntry.subject_id, score(words).label("score")).where(_occur(ctx, words)).subquery("found")


def match_unranked(ctx: Context, text: str) -> Subquery:
    """Return the same subjects without their score, for counting them. Column: subject_id."""
    return select(IndexedEntry.subject_id).where(_occur(ctx, read_query(text))).subquery("found")


def _occur(ctx: Context, words: list[Word]) -> ColumnElement[bool]:
    if not words:
        return false()
    return IndexedEntry.number.in_(backend_of(ctx.session.get_bind().dialect.name).matching(words))


def score(words: list[Word]) -> ColumnElement[int]:
    """Return the rank of an entry: the tier points of each word, then the stored boost.

    It is a formula of our own since bm25() and ts_rank() would order differently.
    """
    total: ColumnElement[int] = IndexedEntry.boost + literal(0)
    for word in words:
        total = total + tier(word) * POINTS_PER_TIER
    return total


def tier(word: Word) -> ColumnElement[int]:
    """Return the points of the best place where a word occurs; a synonym counts less than what was typed."""
    places = _places(word.typed, (100, 80, 60, 50, 40, 20))
    for synonym in word.synonyms:
        places += _places(synonym, (75, 65, 45, 35, 30, 15))
    places.sort(key=lambda place: -place[1])
    return case(*places, else_=REST)


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
