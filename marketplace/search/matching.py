"""Which entries hold the words of a query, and where: points for every entry, from the index alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.index import Lookup
from marketplace.search.lookups import look_up
from marketplace.search.phrases import Word, Wording
from marketplace.search.selections import Mask, Numbers
from marketplace.search.services import Place

Points = NDArray[np.int16]
"""0 to 100 per entry, by its number."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a word may stand, and what a hit there is worth as typed and as a synonym."""

    place: Place
    typed: int
    synonym: int
    at_start: bool = False
    whole: bool = False

    def terms(self, wording: Wording) -> tuple[str, ...]:
        """Return the terms of the index that an entry holds if it has the wording there."""
        return wording.terms(self.place, at_start=self.at_start, whole=self.whole)


HITS = (
    Hit(Place.TITLE, 100, 75, whole=True),
    Hit(Place.TITLE, 80, 65, at_start=True),
    Hit(Place.TITLE, 60, 45),
    Hit(Place.KEYWORD, 50, 35, whole=True),
    Hit(Place.KEYWORD, 40, 30),
    Hit(Place.SUMMARY, 20, 15),
    Hit(Place.BODY, 10, 8),
)
BEGINNINGS = (
    Hit(Place.TITLE, 100, 90, whole=True),
    Hit(Place.KEYWORD, 85, 80, whole=True),
    Hit(Place.TITLE, 75, 65, at_start=True),
    Hit(Place.KEYWORD, 60, 50, at_start=True),
    Hit(Place.TITLE, 40, 30),
)
"""Where a word may stand that is still being typed; inside a reading a few kana would be there by chance."""
PART_SHARE = 0.5
"""What the parts of a word are worth beside the word."""
ENOUGH_PARTS = 0.3
"""How many of a word's parts, by weight, an entry must hold."""
ENOUGH = 5
"""A word that fewer entries hold is looked for by its parts as well."""


@dataclass(frozen=True, slots=True)
class WordMatch:
    """One word, the entries that hold it, the points it gives them, and its weight: a rare word tells more."""

    word: Word
    numbers: Numbers
    points: Points
    weight: float
    partial: Numbers | None = None
    """Those of the entries that hold only parts of the word."""
    is_nowhere: bool = False
    """No entry holds the word as typed or as a synonym; what there is holds parts of it."""


def match_words(ctx: Context, columns: Columns, words: Sequence[Word], among: Mask) -> list[WordMatch]:
    """Match each word on its own, against entries of `among` only; the rarer ones also by their parts."""
    return match_each(ctx, columns, words, [among])[0]


def match_each(ctx: Context, columns: Columns, words: Sequence[Word], groups: Sequence[Mask]) -> list[list[WordMatch]]:
    """Match words against each of several groups of entries, in two statements at most for all."""
    if not groups:
        return []
    wholes = match_wholes(ctx, columns, words)
    found = [[_match(whole.word, whole.points, among) for whole in wholes] for among in groups]
    scarce = [place for place, each in enumerate(zip(*found, strict=True)) if any(map(_is_scarce, each))]
    parts = iter(match_wholes(ctx, columns, [part for place in scarce for part in words[place].parts]))
    parts_of = {place: [next(parts) for _ in words[place].parts] for place in scarce}
    return [
        [
            _with_parts(match, parts_of[place], among) if _is_scarce(match) else match
            for place, match in enumerate(of_group)
        ]
        for of_group, among in zip(found, groups, strict=True)
    ]


def _is_scarce(match: WordMatch) -> bool:
    return len(match.numbers) < ENOUGH


def match_names(ctx: Context, columns: Columns, words: Sequence[Word], groups: Sequence[Mask]) -> list[list[WordMatch]]:
    """Match words as names are completed against each of several groups of entries, in one statement for all."""
    if not groups:
        return []
    wholes = match_wholes(ctx, columns, words, BEGINNINGS)
    return [[_match(whole.word, whole.points, among) for whole in wholes] for among in groups]


def match_wholes(ctx: Context, columns: Columns, words: Sequence[Word], hits: Sequence[Hit] = HITS) -> list[WordMatch]:
    """Match each word as typed and by its synonyms against all entries, in one statement."""
    asked: list[_Asked] = []
    for place, word in enumerate(words):
        asked += [_Asked(place, hit.typed, (hit.terms(word.typed),)) for hit in hits]
        if word.synonyms:
            asked += [_Asked(place, hit.synonym, tuple(hit.terms(other) for other in word.synonyms)) for hit in hits]
    points = _points(ctx, columns, asked, len(words))
    everything = np.ones(columns.size, dtype=bool)
    return [_match(word, of_word, everything) for word, of_word in zip(words, points, strict=True)]


def _with_parts(whole: WordMatch, parts: Sequence[WordMatch], among: Mask) -> WordMatch:
    """Return a match with the entries that hold a good share of the word's parts."""
    partial = _share([_match(part.word, part.points, among) for part in parts], len(among), whole.word.coverage)
    partly = np.flatnonzero((partial > 0) & (whole.points == 0)).astype(np.int32)
    merged = _match(whole.word, np.maximum(whole.points, partial), among)
    weight = whole.weight if len(whole.numbers) else merged.weight
    return replace(merged, weight=weight, partial=partly, is_nowhere=not len(whole.numbers))


def _share(parts: Sequence[WordMatch], size: int, coverage: float) -> Points:
    """Return the points of entries that hold a good share of a word's parts, the rare parts counting more.

    A part that is nowhere, a slip of the pen, does not make the others count for less.
    """
    total = sum(part.weight for part in parts if len(part.numbers))
    shared = np.zeros(size, dtype=np.int16)
    if not total:
        return shared
    held, points = np.zeros(size), np.zeros(size)
    for part in parts:
        held[part.numbers] += part.weight
        points[part.numbers] += part.points[part.numbers] * part.weight
    enough = np.flatnonzero(held >= ENOUGH_PARTS * total)
    shared[enough] = np.maximum(1, points[enough] / total * PART_SHARE * coverage)
    return shared


def _match(word: Word, points: Points, among: Mask) -> WordMatch:
    numbers = np.flatnonzero(points).astype(np.int32)
    numbers = numbers[among[numbers]]
    rarity = math.log((np.count_nonzero(among) + 1) / (len(numbers) + 0.5)) + 1
    return WordMatch(word, numbers, points, round(rarity, 6))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A lookup in the index, the word it is for, and what a hit is worth."""

    word: int
    worth: int
    lookup: Lookup


def _points(ctx: Context, columns: Columns, asked: Sequence[_Asked], words: int) -> list[Points]:
    """Return the best points of every entry for each word."""
    size = columns.size
    found = look_up(ctx.session.connection(), columns.answers, [each.lookup for each in asked])
    points = [np.zeros(size, dtype=np.int16) for _ in range(words)]
    for each, numbers in sorted(zip(asked, found, strict=True), key=lambda answer: answer[0].worth):
        # Entries that came after the columns were read are left out.
        points[each.word][numbers[numbers < size]] = each.worth
    return points
