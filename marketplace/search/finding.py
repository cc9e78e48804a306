"""Finds, filters, counts, ranks and pages: one pass over the columns, whatever was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from marketplace.kernel.context import Context
from marketplace.search.columns import Columns, Mask, Numbers, Selection
from marketplace.search.following import columns_of
from marketplace.search.matching import ENOUGH, WordMatch, match_each, match_names, match_words
from marketplace.search.phrases import read_query, read_unfinished
from marketplace.search.services import Kind

Whole = NDArray[np.int64]
Weigh = Callable[[Columns, Numbers], Mapping[str, Whole]]
TEXT_WEIGHT = 100
"""What a point of text counts beside the figures, which come to less than ten points together."""
ALL_WORDS = 40 * TEXT_WEIGHT
"""What an entry gets for holding all words, and its share for some: mostly it comes before one that lacks a word."""
PARTLY = 0.5
"""What a word counts of which an entry holds only parts, among the words it holds."""
SOME = 0.3
"""The share of a query's words, by weight, that an entry must hold where few hold all."""
NAMED = frozenset({Kind.CATEGORY, Kind.MUNICIPALITY})
"""Kinds known by their names alone, looked for as names are completed: kana and romaji may end half-way."""


class Order(StrEnum):
    """The orders of a list; each ends with the entry's number, so that no two are equal."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    INSTALLS = "installs"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `chosen` leaves only entries with one of the values along a dimension."""

    kind: Kind
    q: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: Order = Order.RELEVANCE
    limit: int = 20
    after: tuple[int, int] | None = None
    """The rank and number of the last entry of the page before."""
    figure: str = ""
    """A figure to sort by in the place of an order."""
    weights: tuple[float, ...] = ()
    """What the words counted for on the page before: new entries, which change it, must not move the others about."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rank consists of: points of text, the points of each word, and the merits by name."""

    text: int
    words: Mapping[str, int]
    merits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """One entry of a page."""

    subject_id: str
    number: int
    rank: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Found:
    """A page, how many entries there are on all pages, and what every further choice would leave."""

    entries: tuple[FoundEntry, ...]
    total: int
    has_more: bool
    counts: Mapping[str, Mapping[str, int]]
    words: tuple[WordMatch, ...]


def no_merits(_columns: Columns, _numbers: Numbers) -> Mapping[str, Whole]:
    """Let the words alone decide."""
    return {}


def find(ctx: Context, asked: Question, dimensions: Sequence[str] = (), weigh: Weigh = no_merits) -> Found:
    """Answer a question, counting along `dimensions`; `weigh` tells what entries are worth beside the words."""
    return find_among(ctx, columns_of(ctx), asked, dimensions, weigh)


def count_kinds(ctx: Context, q: str, kinds: Sequence[Kind]) -> dict[Kind, int]:
    """Return how many entries of each kind a query finds, from as many looks into the index for all as for one."""
    columns = columns_of(ctx)
    named = {kind: columns.of_kind(kind.value) for kind in kinds if kind in NAMED}
    others = {kind: columns.of_kind(kind.value) for kind in kinds if kind not in NAMED}
    matches = dict(zip(named, match_names(ctx, columns, read_unfinished(q), [*named.values()]), strict=True))
    matches |= dict(zip(others, match_each(ctx, columns, read_query(q), [*others.values()]), strict=True))
    groups = named | others
    return {kind: len(_matching(matches[kind], groups[kind])) for kind in kinds}


def find_among(
    ctx: Context, columns: Columns, asked: Question, dimensions: Sequence[str] = (), weigh: Weigh = no_merits
) -> Found:
    """Answer a question as `find` does, from columns to which the caller has added some of its own."""
    of_kind = columns.of_kind(asked.kind.value)
    words = _weighed(_match(ctx, columns, asked, of_kind), asked.weights)
    base = _matching(words, of_kind) if asked.q.strip() else np.flatnonzero(of_kind).astype(np.int32)
    chosen = {name: _chosen(columns, name, values) for name, values in asked.chosen.items()}
    numbers = _within(base, chosen.values())
    text, merits = _text_ranks(words, numbers), weigh(columns, numbers)
    ranks = _ranks(columns, asked, numbers, text, merits)
    page = _page(numbers, ranks, asked)
    return Found(
        tuple(
            FoundEntry(
                columns.subjects[numbers[place]],
                int(numbers[place]),
                int(ranks[place]),
                _explanation(words, int(numbers[place]), int(text[place]), merits, place),
            )
            for place in page[: asked.limit]
        ),
        len(numbers),
        len(page) > asked.limit,
        _counts(columns, asked, dimensions, base, chosen),
        tuple(words),
    )


def _match(ctx: Context, columns: Columns, asked: Question, of_kind: Mask) -> list[WordMatch]:
    if asked.kind in NAMED:
        return match_names(ctx, columns, read_unfinished(asked.q), [of_kind])[0]
    return match_words(ctx, columns, read_query(asked.q), of_kind)


def _weighed(words: Sequence[WordMatch], weights: Sequence[float]) -> Sequence[WordMatch]:
    if len(weights) != len(words):
        return words
    return [replace(word, weight=weight) for word, weight in zip(words, weights, strict=True)]


def _matching(words: Sequence[WordMatch], of_kind: Mask) -> Numbers:
    """Return the entries with all words; where these are few, those with some of them as well."""
    if not words:
        return np.empty(0, dtype=np.int32)
    if len(words) == 1:
        return words[0].numbers
    count = np.zeros(len(of_kind), dtype=np.int8)
    for word in words:
        count[word.numbers] += 1
    every = count == len(words)
    if np.count_nonzero(every) < ENOUGH:
        held = np.zeros(len(of_kind))
        for word in words:
            held[word.numbers] += word.weight
        total = sum(word.weight for word in words if len(word.numbers))
        every |= (count > 0) & (held >= SOME * total)
    return np.flatnonzero(every).astype(np.int32)


def _chosen(columns: Columns, name: str, values: Sequence[str]) -> Mask:
    found = np.zeros(columns.size, dtype=bool)
    for value in values:
        found |= columns.dimension(name).mask(value, columns.size)
    return found


def _within(base: Numbers, masks: Iterable[Mask]) -> Numbers:
    for mask in masks:
        base = base[mask[base]]
    return base


def _counts(
    columns: Columns, asked: Question, dimensions: Sequence[str], base: Numbers, chosen: Mapping[str, Mask]
) -> Mapping[str, Mapping[str, int]]:
    """Count along each dimension under the choices of all the others, which are the same wherever nothing is chosen."""

    def under_others(name: str) -> Selection:
        return Selection(_within(base, (mask for other, mask in chosen.items() if other != name)), columns.size)

    under_all = under_others("")
    return {
        name: _counts_along(columns, asked, name, under_others(name) if name in chosen else under_all)
        for name in dimensions
    }


def _counts_along(columns: Columns, asked: Question, name: str, among: Selection) -> Mapping[str, int]:
    """Count along one dimension; what is chosen is counted however rare it is."""
    pairs = columns.dimension(name)
    if not asked.q.strip() and not asked.chosen.keys() - {name}:
        # Every first page asks for these.
        counted = columns.kept(("totals", asked.kind, name), lambda: pairs.counts(among))
    else:
        counted = pairs.counts(among)
    rare = {value: pairs.mask(value, columns.size)[among.numbers] for value in asked.chosen.get(name, ())}
    return {**counted, **{value: int(held.sum()) for value, held in rare.items() if held.any()}}


def _ranks(columns: Columns, asked: Question, numbers: Numbers, text: Whole, merits: Mapping[str, Whole]) -> Whole:
    """Return what the entries are sorted by, the highest first."""
    if asked.figure:
        return columns.figure(asked.figure, numbers)
    match asked.order:
        case Order.RELEVANCE:
            return sum(merits.values(), text)
        case Order.NEWEST:
            return columns.figure("updated", numbers)
        case Order.INSTALLS:
            return columns.figure("installs", numbers)
        case Order.RATING:
            return columns.figure("rating", numbers)


def _text_ranks(words: Sequence[WordMatch], numbers: Numbers) -> Whole:
    """Return the points of the words, weighed and averaged, and a keyword's more for those that hold all."""
    total = sum(word.weight for word in words)
    points, held = np.zeros(len(numbers)), np.zeros(len(numbers))
    for word in words:
        of_word = word.points[numbers]
        points += of_word * (word.weight / total)
        there = (of_word > 0).astype(np.float64)
        if word.partial is not None:
            there[np.isin(numbers, word.partial)] *= PARTLY
        held += there * (word.weight / total)
    ranks: Whole = np.rint(points).astype(np.int64) * TEXT_WEIGHT
    return ranks + np.rint(held * ALL_WORDS).astype(np.int64) if words else ranks


def _explanation(
    words: Sequence[WordMatch], number: int, text: int, merits: Mapping[str, Whole], place: int
) -> Explanation:
    of_words = {match.word.typed.key: int(match.points[number]) for match in words}
    return Explanation(text, of_words, {name: int(values[place]) for name, values in merits.items()})


def _page(numbers: Numbers, ranks: Whole, asked: Question) -> list[int]:
    """Return the places of one page and one more among the numbers: the highest rank first, then the lowest number."""
    places = np.arange(len(numbers))
    if asked.after is not None:
        rank, last = asked.after
        places = places[(ranks < rank) | ((ranks == rank) & (numbers > last))]
    wanted = asked.limit + 1
    if len(places) > wanted:
        # Everything at least as good as the last of the page, so that equals are still ordered by number.
        border = np.partition(ranks[places], len(places) - wanted)[len(places) - wanted]
        places = places[ranks[places] >= border]
    order = np.argsort(-ranks[places], kind="stable")
    return [int(place) for place in places[order][:wanted]]
