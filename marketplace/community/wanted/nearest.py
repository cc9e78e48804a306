"""What is offered where a search finds nothing: fewer filters, parts of the words, and what others want as well."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.catalog.filters import TemplateFilter
from marketplace.catalog.listing import list_templates, summaries_of
from marketplace.catalog.summaries import TemplateSummary
from marketplace.community.wanted.models import WantedState
from marketplace.community.wanted.queries import WantedFilter, WantedSummary, list_wanted
from marketplace.kernel.context import Context
from marketplace.search.analysis import normalise
from marketplace.search.columns import Columns
from marketplace.search.finding import Question, find
from marketplace.search.following import columns_of
from marketplace.search.matching import WordMatch, match_words
from marketplace.search.phrases import MAX_WORDS, Word, read_query
from marketplace.search.services import Kind

MOST_DROPPED, MOST_PARTS, MOST_TEMPLATES, MOST_WANTED = 6, 4, 3, 3
STANDING = (WantedState.OPEN, WantedState.FULFILLED)
"""A fulfilled one leads to the template that fulfilled it."""
WORDS = "q"
"""The name of the query among the conditions."""


@dataclass(frozen=True, slots=True)
class Without:
    """How many templates there are without some of the conditions, which are named."""

    conditions: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PartOfQuery:
    """A part of what was typed, and how many templates it finds alone."""

    q: str
    total: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """What comes nearest to a search."""

    without: tuple[Without, ...]
    parts: tuple[PartOfQuery, ...]
    templates: tuple[TemplateSummary, ...]
    """Those that hold most of the parts, the rare ones counting more; the filters are passed over."""
    wanted: tuple[WantedSummary, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """What there is already of a wish that is about to be written down."""

    wanted: tuple[WantedSummary, ...]
    templates: tuple[TemplateSummary, ...]

    @property
    def is_any(self) -> bool:
        """Tell whether there is something to look at first."""
        return bool(self.wanted or self.templates)


def find_nearest(ctx: Context, asked: TemplateFilter) -> Nearest:
    """Return what comes nearest to a search that found nothing or little."""
    columns = columns_of(ctx)
    parts = _matched_parts(ctx, columns, asked.q)
    found = tuple(PartOfQuery(part, len(match.numbers)) for part, match in parts)
    return Nearest(
        tuple(_without(ctx, asked)), found, _templates(ctx, columns, [match for _, match in parts]), _wanted(ctx, asked)
    )


def find_alike(ctx: Context, title: str) -> Alike:
    """Return the wanted apps and templates that the title of a new wish finds."""
    wanted = list_wanted(ctx, WantedFilter(q=title, states=STANDING, limit=MOST_WANTED))
    templates = list_templates(ctx, TemplateFilter(q=title, limit=MOST_TEMPLATES))
    return Alike(tuple(wanted.page.items), tuple(templates.page.items))


def _without(ctx: Context, asked: TemplateFilter) -> Iterator[Without]:
    """Yield what dropping one condition leaves; where that is nothing, what dropping all filters does."""
    chosen, has_words = asked.chosen, bool(asked.q.strip())
    names = [*chosen][:MOST_DROPPED]
    dropped = [(name, _count(ctx, asked.q, _less(chosen, name))) for name in names]
    if chosen and has_words:
        dropped.append((WORDS, _count(ctx, "", chosen)))
    yield from (Without((name,), total) for name, total in dropped if total)
    if len(chosen) > 1 and not any(total for name, total in dropped if name != WORDS):
        total = _count(ctx, asked.q, {})
        if total:
            yield Without(tuple(chosen), total)


def _less(chosen: Mapping[str, Sequence[str]], name: str) -> dict[str, Sequence[str]]:
    return {other: values for other, values in chosen.items() if other != name}


def _count(ctx: Context, q: str, chosen: Mapping[str, Sequence[str]]) -> int:
    return find(ctx, Question(Kind.TEMPLATE, q, chosen, limit=1)).total


def _matched_parts(ctx: Context, columns: Columns, q: str) -> list[tuple[str, WordMatch]]:
    """Return the parts of a query that some template holds, the rarest first."""
    parts = _parts(q)
    if not parts:
        return []
    matches = match_words(ctx, columns, [word for _, word in parts], columns.of_kind(Kind.TEMPLATE.value))
    held = [(part, match) for (part, _), match in zip(parts, matches, strict=True) if len(match.numbers)]
    return sorted(held, key=lambda each: -each[1].weight)[:MOST_PARTS]


def _parts(q: str) -> list[tuple[str, Word]]:
    """Return the words of a query, or the parts of its only word, each as typed and as a query of its own."""
    typed = unicodedata.normalize("NFKC", q).split()[:MAX_WORDS]
    if len(typed) == 1:
        keys = [part.typed.key for word in read_query(typed[0]) for part in word.parts]
        typed = [_as_typed(typed[0], key) for key in keys if key != normalise(typed[0])]
    return [(part, word) for part in dict.fromkeys(typed) for word in read_query(part)[:1]]


def _as_typed(typed: str, key: str) -> str:
    pieces = (typed[start : start + len(key)] for start in range(len(typed) - len(key) + 1))
    return next((piece for piece in pieces if normalise(piece) == key), key)


def _templates(ctx: Context, columns: Columns, matches: Sequence[WordMatch]) -> tuple[TemplateSummary, ...]:
    if not matches:
        return ()
    points = np.sum([match.points * match.weight for match in matches], axis=0)
    points *= columns.of_kind(Kind.TEMPLATE.value)
    best = [int(number) for number in np.argsort(-points, kind="stable")[:MOST_TEMPLATES] if points[number] > 0]
    return tuple(summaries_of(ctx, [columns.subjects[number] for number in best]))


def _wanted(ctx: Context, asked: TemplateFilter) -> tuple[WantedSummary, ...]:
    """Return what others want by these words, or without words in the categories chosen."""
    categories = asked.chosen.get("category", ())
    if not asked.q.strip() and not categories:
        return ()
    chosen = () if asked.q.strip() else categories
    found = list_wanted(ctx, WantedFilter(q=asked.q, states=STANDING, categories=chosen, limit=MOST_WANTED))
    return tuple(found.page.items)
