"""Turns rows into columns: those of all entries, or of the few that changed over those known before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.search.columns import Columns
from marketplace.search.lookups import Answers
from marketplace.search.selections import Mask, Numbers
from marketplace.search.value_pairs import ValuePairs


def gather(before: Columns, rows: Iterable[Any], revision: int, token: str, *, with_texts: bool = True) -> Columns:
    """Return a later view: the given rows, in the order of their numbers, replace what was known of them.

    `with_texts` tells that texts changed too, so that the index gives other answers.
    """
    answers = Answers() if with_texts else before.answers
    gathered = _Gathered(before.subjects)
    for row in rows:
        gathered.add(row)
    if not gathered.numbers:
        return replace(before, revision=revision, token=token, answers=answers)
    size = len(gathered.subjects)
    numbers: Numbers = np.array(gathered.numbers, dtype=np.int32)
    return Columns(
        revision,
        token,
        tuple(gathered.subjects),
        gathered.kinds(before, numbers, size),
        gathered.dimensions(before, numbers, size),
        gathered.figures(before, numbers, size),
        answers,
    )


class _Gathered:
    """What the rows say, by column."""

    def __init__(self, subjects: Sequence[str]) -> None:
        self.subjects = [*subjects]
        self.numbers: list[int] = []
        self._kinds: dict[str, list[int]] = {}
        self._values: dict[str, _Values] = {}
        self._figures: dict[str, tuple[list[int], list[int]]] = {}

    def add(self, row: Any) -> None:
        number = row.number
        self.numbers.append(number)
        self.subjects.extend(repeat("", number + 1 - len(self.subjects)))
        self.subjects[number] = "" if row.is_removed else row.subject_id
        if row.is_removed:
            return
        self._kinds.setdefault(row.kind, []).append(number)
        for name, values in row.facets.items():
            self._values.setdefault(name, _Values()).add(number, values)
        for name, value in row.figures.items():
            numbers, figures = self._figures.setdefault(name, ([], []))
            numbers.append(number)
            figures.append(value)

    def kinds(self, before: Columns, numbers: Numbers, size: int) -> dict[str, Mask]:
        kinds = {name: _grown(mask, numbers, size) for name, mask in before.kinds.items()}
        for name, added in self._kinds.items():
            kinds.setdefault(name, np.zeros(size, dtype=bool))[added] = True
        return kinds

    def figures(self, before: Columns, numbers: Numbers, size: int) -> dict[str, NDArray[np.int64]]:
        figures = {name: _grown(values, numbers, size) for name, values in before.figures.items()}
        for name, (added, values) in self._figures.items():
            figures.setdefault(name, np.zeros(size, dtype=np.int64))[added] = values
        return figures

    def dimensions(self, before: Columns, numbers: Numbers, size: int) -> dict[str, ValuePairs]:
        names = dict.fromkeys([*before.dimensions, *self._values])
        return {name: self._values.get(name, _Values()).over(before.dimension(name), numbers, size) for name in names}


class _Values:
    """Pairs of an entry and a value along one dimension."""

    def __init__(self) -> None:
        self._entries: list[int] = []
        self._values: list[str] = []

    def add(self, number: int, values: Sequence[str]) -> None:
        self._entries.extend(repeat(number, len(values)))
        self._values.extend(values)

    def over(self, before: ValuePairs, numbers: Numbers, size: int) -> ValuePairs:
        """Return the pairs known before with these in the place of those that the numbered entries had."""
        replaced = _places_between(before.entries, numbers)
        if self._are_those(before, replaced):
            # Most changes are of figures, and few of more than one or two dimensions.
            return before.of_size(size)
        place_of = {value: place for place, value in enumerate(before.values)}
        added = [place_of.setdefault(value, len(place_of)) for value in self._values]
        entries = np.concatenate((np.delete(before.entries, replaced), np.array(self._entries, dtype=np.int32)))
        places = np.concatenate((np.delete(before.places, replaced), np.array(added, dtype=np.int32)))
        order = np.argsort(entries, kind="stable")
        return ValuePairs.of(tuple(place_of), entries[order], places[order], size)

    def _are_those(self, before: ValuePairs, places: list[int]) -> bool:
        return len(places) == len(self._entries) and all(
            (before.entries[place], before.values[before.places[place]]) == pair
            for place, pair in zip(places, zip(self._entries, self._values, strict=True), strict=True)
        )


def _places_between(entries: Numbers, numbers: Numbers) -> list[int]:
    """Return where among ordered entries those with these numbers stand."""
    if not len(entries):
        return []
    spans = zip(np.searchsorted(entries, numbers), np.searchsorted(entries, numbers, side="right"), strict=True)
    return [place for start, stop in spans for place in range(start, stop)]


def _grown(values: NDArray[Any], changed: Numbers, size: int) -> NDArray[Any]:
    """Return a column for so many entries, with nothing where entries changed."""
    grown = np.zeros(size, dtype=values.dtype)
    grown[: len(values)] = values
    grown[changed] = 0
    return grown
