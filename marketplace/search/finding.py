"""Finds, filters, counts, ranks and pages what was asked for in the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.following import columns_of
from marketplace.search.matching import ENOUGH, WordMatch, match_each, match_names, match_words
from marketplace.search.phrases import read_query, read_unfinished
from marketplace.search.ranking import FIGURES, NO_MERITS, Order, Place, Ranking, Weighing, text_ranks
from marketplace.search.selections import Bits, Mask, Numbers, Selection, pack
from marketplace.search.services import Kind

SOME = 0.3
"""The share of a query's words, by weight, that an entry must hold where few hold all."""
NAMED = frozenset({Kind.CATEGORY, Kind.MUNICIPALITY})
"""Kinds known by their names alone, looked for as names are completed: kana and romaji may end half-way."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `chosen` leaves only entries with one of the values along a dimension."""

    kind: Kind
    q: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: Order = Order.RELEVANCE
    limit: int = 20
    after: Place | None = None
    """Of the last entry of the page before."""
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


def find(ctx: Context, asked: Question, dimensions: Sequence[str] = (), weighing: Weighing = NO_MERITS) -> Found:
    """Answer a question, counting along `dimensions`; `weighing` tells what entries are worth beside the words."""
    return find_among(ctx, columns_of(ctx), asked, dimensions, weighing)


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
    ctx: Context, columns: Columns, asked: Question, dimensions: Sequence[str] = (), weighing: Weighing = NO_MERITS
) -> Found:
    """Answer a question as `find` does, from columns to which the caller has added some of its own."""
    of_kind = columns.of_kind(asked.kind.value)
    words = _weighed(_match(ctx, columns, asked, of_kind), asked.weights)
    base = Selection(pack(of_kind), columns.size)
    if asked.q.strip():
        base = Selection.of(_matching(words, of_kind), columns.size)
    chosen = {name: _chosen(columns, name, values) for name, values in asked.chosen.items()}
    found = base.within(chosen.values())
    ranking = Ranking(asked.kind, weighing, asked.figure or FIGURES.get(asked.order, ""))
    first = ranking.first(columns, words, found, asked.limit + 1, asked.after)
    return Found(
        _entries(columns, words, ranking, first[: asked.limit]),
        found.count,
        len(first) > asked.limit,
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


def _chosen(columns: Columns, name: str, values: Sequence[str]) -> Bits:
    found = pack(np.zeros(columns.size, dtype=bool))
    for value in values:
        found = found | columns.dimension(name).bits(value)
    return found


def _counts(
    columns: Columns, asked: Question, dimensions: Sequence[str], base: Selection, chosen: Mapping[str, Bits]
) -> Mapping[str, Mapping[str, int]]:
    """Count along each dimension under the choices of all the others, which are the same wherever nothing is chosen."""

    def under_others(name: str) -> Selection:
        return base.within(bits for other, bits in chosen.items() if other != name)

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
    rare = {value: among.within([pairs.bits(value)]).count for value in asked.chosen.get(name, ())}
    return counted | {value: count for value, count in rare.items() if count}


def _entries(
    columns: Columns, words: Sequence[WordMatch], ranking: Ranking, numbers: Numbers
) -> tuple[FoundEntry, ...]:
    """Return the entries of a page; only these are told what their rank consists of."""
    ranks, text = ranking.ranks(columns, words, numbers), text_ranks(words, numbers)
    merits = ranking.weighing.parts(columns, numbers)
    return tuple(
        FoundEntry(
            columns.subjects[number],
            int(number),
            int(ranks[place]),
            Explanation(
                int(text[place]),
                {match.word.typed.key: int(match.points[number]) for match in words},
                {name: int(values[place]) for name, values in merits.items()},
            ),
        )
        for place, number in enumerate(numbers)
    )
