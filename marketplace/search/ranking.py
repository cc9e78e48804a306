"""Puts what was found in order: by the words, by what entries are worth beside them, or by a figure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from marketplace.search.columns import Columns
from marketplace.search.matching import WordMatch
from marketplace.search.selections import Numbers, Selection
from marketplace.search.services import Kind

Whole = NDArray[np.int64]
Place = tuple[int, int]
"""The rank and number of an entry."""
Parts = Callable[[Columns, Numbers], Mapping[str, Whole]]
TEXT_WEIGHT = 100
"""What a point of text counts beside the figures, which come to less than ten points together."""
ALL_WORDS = 40 * TEXT_WEIGHT
"""What an entry gets for holding all words, and its share for some: mostly it comes before one that lacks a word."""
PARTLY = 0.5
"""What a word counts of which an entry holds only parts, among the words it holds."""
FIRST = 4_096
"""The first entries of a kind in some order that are kept: of most choices they hold a page."""


class Order(StrEnum):
    """The orders of a list; each ends with the entry's number, so that no two are equal."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    INSTALLS = "installs"
    RATING = "rating"


FIGURES = {Order.NEWEST: "updated", Order.INSTALLS: "installs", Order.RATING: "rating"}
"""What the orders sort by that heed no words."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What entries are worth beside the words, in parts that each have a name."""

    parts: Parts
    kept_as: Hashable = None
    """Under what the columns keep what all entries are worth; None where each question has figures of its own."""
    at: int = 0
    """When that is; at another time it is reckoned anew."""

    def worth(self, columns: Columns, numbers: Numbers) -> Whole:
        """Return what entries are worth in all."""
        if self.kept_as is None:
            return self._sums(columns, numbers)
        every = np.arange(columns.size, dtype=np.int32)
        return columns.kept(("worth", self.kept_as), lambda: self._sums(columns, every), at=self.at)[numbers]

    def _sums(self, columns: Columns, numbers: Numbers) -> Whole:
        return sum(self.parts(columns, numbers).values(), np.zeros(len(numbers), dtype=np.int64))


NO_MERITS = Weighing(lambda _columns, _numbers: {})
"""The words alone decide."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """By what the entries of one kind are put in order."""

    kind: Kind
    weighing: Weighing
    figure: str = ""
    """What is sorted by, whatever the words are and entries are worth."""

    def ranks(self, columns: Columns, words: Sequence[WordMatch], numbers: Numbers) -> Whole:
        """Return what these entries are sorted by, the highest first."""
        if self.figure:
            return columns.figure(self.figure, numbers)
        worth = self.weighing.worth(columns, numbers)
        return worth + text_ranks(words, numbers) if words else worth

    def first(
        self, columns: Columns, words: Sequence[WordMatch], found: Selection, count: int, after: Place | None
    ) -> Numbers:
        """Return the first so many of what was found after some place, in order."""
        if self.figure or (self.weighing.kept_as is not None and not words):
            first = self._first_of_kind(columns)
            first = first[found.mask[first]]
            first = first[_is_after(after, self.ranks(columns, words, first), first)]
            if len(first) >= count:
                return first[:count]
        numbers = found.numbers
        ranks = self.ranks(columns, words, numbers)
        if after is not None:
            later = _is_after(after, ranks, numbers)
            numbers, ranks = numbers[later], ranks[later]
        best: Numbers = numbers[best_places(ranks, count)]
        return best

    def _first_of_kind(self, columns: Columns) -> Numbers:
        """Return the first entries of all, in order: whatever is chosen, a page begins with those that fit."""

        def make() -> Numbers:
            numbers = np.flatnonzero(columns.of_kind(self.kind.value)).astype(np.int32)
            return numbers[best_places(self.ranks(columns, (), numbers), FIRST)]

        key = ("first", self.kind, self.figure or self.weighing.kept_as)
        return columns.kept(key, make, at=0 if self.figure else self.weighing.at)


def best_places(ranks: Whole, count: int) -> NDArray[np.intp]:
    """Return the places of the highest ranks, equals in their order; what is not among them is not sorted."""
    if len(ranks) <= count:
        return np.argsort(-ranks, kind="stable")
    border = np.partition(ranks, len(ranks) - count)[len(ranks) - count]
    above, equal = np.flatnonzero(ranks > border), np.flatnonzero(ranks == border)
    return np.concatenate((above[np.argsort(-ranks[above], kind="stable")], equal[: count - len(above)]))


def text_ranks(words: Sequence[WordMatch], numbers: Numbers) -> Whole:
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


def _is_after(after: Place | None, ranks: Whole, numbers: Numbers) -> NDArray[np.bool_]:
    if after is None:
        return np.ones(len(numbers), dtype=bool)
    rank, last = after
    later: NDArray[np.bool_] = (ranks < rank) | ((ranks == rank) & (numbers > last))
    return later
