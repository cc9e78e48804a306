"""The municipalities as anybody may see them: found by name, kana or romaji, and one with what it shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import select

from marketplace.catalog.facets import SIZES, Counts, Facets, commonest_values, known_values
from marketplace.catalog.publishers import count_published
from marketplace.installs.usage import count_used_templates
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.municipalities.prefectures import prefecture_text
from marketplace.search.columns import Columns
from marketplace.search.finding import Found, Question, find_among
from marketplace.search.following import columns_of
from marketplace.search.paging import cursor_after, place_of
from marketplace.search.ranking import Order, Weighing, Whole
from marketplace.search.selections import Numbers
from marketplace.search.services import Kind
from marketplace.search.value_pairs import ValuePairs

PUBLISHES, USES = 200_000, 100_000
"""Those that publish stand before those that only use, and these before all others, whatever the words say."""
MOST_POINTS = 499
PER_POINT = 10_000
"""Of two alike the larger stands first, a point being so many inhabitants; these come to less than five of text."""


class Sharing(StrEnum):
    """How a municipality takes part."""

    PUBLISHES = "publishes"
    USES = "uses"


class Aspect(StrEnum):
    """What municipalities can be filtered and counted by; each is a field of DirectoryFilter."""

    SHARING = "sharing"
    SIZE_CLASS = "size_class"
    PREFECTURE = "prefecture"


SHARINGS: dict[str, Text] = {
    Sharing.PUBLISHES.value: Text("公開している", "Publishes templates"),
    Sharing.USES.value: Text("導入している", "Uses templates"),
}


@dataclass(frozen=True, slots=True)
class DirectoryFilter:
    """Which municipalities to list: those with one of the values along each aspect; none leaves it open."""

    q: str = ""
    sharing: tuple[Sharing, ...] = ()
    prefecture: tuple[str, ...] = ()
    size_class: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The values chosen, by aspect."""
        return {each.value: tuple(map(str, getattr(self, each.value))) for each in Aspect if getattr(self, each.value)}


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One municipality in the list."""

    municipality: Municipality
    template_count: int
    """Templates it publishes that can be installed."""
    use_count: int
    """Templates it has installed."""


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of municipalities, what could be chosen next, and how many there are on all pages."""

    page: Page[DirectoryEntry]
    facets: Facets
    total: int


@dataclass(frozen=True, slots=True)
class _Shares:
    """How many templates each municipality publishes and uses, by its code."""

    published: Counts
    used: Counts


def list_directory(ctx: Context, wanted: DirectoryFilter) -> Directory:
    """Return the municipalities that fit a filter; always as few queries. Raises CursorInvalidError."""
    columns = columns_of(ctx)
    shares = _Shares(count_published(columns), count_used_templates(ctx))
    size, place = max(1, min(wanted.limit, MAX_LIMIT)), place_of(wanted.cursor, Order.RELEVANCE, ctx.now())
    asked = Question(Kind.MUNICIPALITY, wanted.q, wanted.chosen, limit=size, after=place.after, weights=place.weights)
    dimensions, weighing = [each.value for each in Aspect], Weighing(_found if wanted.q.strip() else _listed)
    found = find_among(ctx, _with_sharing(columns, shares), asked, dimensions, weighing)
    return Directory(
        Page(_entries(ctx, found, shares), cursor_after(found, Order.RELEVANCE, place)),
        _facets(found, wanted),
        found.total,
    )


def _with_sharing(columns: Columns, shares: _Shares) -> Columns:
    """Return the columns with what municipalities share: it follows from templates and installations."""
    numbers = np.flatnonzero(columns.of_kind(Kind.MUNICIPALITY.value)).astype(np.int32)
    figures: dict[str, Whole] = {}
    holders: list[Numbers] = []
    for sharing, counts in ((Sharing.PUBLISHES, shares.published), (Sharing.USES, shares.used)):
        of_each = np.array([counts.get(columns.subjects[number], 0) for number in numbers], dtype=np.int64)
        figure = np.zeros(columns.size, dtype=np.int64)
        figure[numbers] = of_each
        figures[sharing.value] = figure
        holders.append(numbers[of_each > 0])
    entries = np.concatenate(holders)
    places = np.repeat(np.arange(len(holders), dtype=np.int32), [len(each) for each in holders])
    order = np.argsort(entries, kind="stable")
    values = tuple(sharing.value for sharing in Sharing)
    pairs = ValuePairs.of(values, entries[order], places[order], columns.size)
    return columns.with_more({Aspect.SHARING.value: pairs}, figures)


def _found(columns: Columns, numbers: Numbers) -> Mapping[str, Whole]:
    """Put the larger of two alike first, whom more people may mean."""
    inhabitants = columns.figure("population", numbers) // PER_POINT
    return {**_taking_part(columns, numbers), "large": np.minimum(inhabitants, MOST_POINTS)}


def _listed(columns: Columns, numbers: Numbers) -> Mapping[str, Whole]:
    """Put those with more templates first, and the others in the order of their codes."""
    published = columns.figure(Sharing.PUBLISHES.value, numbers)
    return {**_taking_part(columns, numbers), "published": np.minimum(published, MOST_POINTS)}


def _taking_part(columns: Columns, numbers: Numbers) -> Mapping[str, Whole]:
    return {
        "publishes": (columns.figure(Sharing.PUBLISHES.value, numbers) > 0) * PUBLISHES,
        "uses": (columns.figure(Sharing.USES.value, numbers) > 0) * USES,
    }


def _entries(ctx: Context, found: Found, shares: _Shares) -> list[DirectoryEntry]:
    codes = [entry.subject_id for entry in found.entries]
    rows = {row.code: row for row in ctx.session.scalars(select(Municipality).where(Municipality.code.in_(codes)))}
    return [
        DirectoryEntry(rows[code], shares.published.get(code, 0), shares.used.get(code, 0))
        for code in codes
        if code in rows
    ]


def _facets(found: Found, wanted: DirectoryFilter) -> Facets:
    of_sharing, of_size, of_prefecture = (
        (found.counts[each.value], wanted.chosen.get(each.value, ())) for each in Aspect
    )
    return {
        Aspect.SHARING.value: known_values(SHARINGS, *of_sharing),
        Aspect.SIZE_CLASS.value: known_values(SIZES, *of_size),
        Aspect.PREFECTURE.value: commonest_values(*of_prefecture, prefecture_text),
    }
