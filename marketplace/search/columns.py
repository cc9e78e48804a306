"""What lists filter, count and rank by, as arrays in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from marketplace.search.lookups import Answers

Mask = NDArray[np.bool_]
"""One truth value per entry, by its number."""
Numbers = NDArray[np.int32]
"""Numbers of entries, ascending, each once."""
Kept = TypeVar("Kept")
FEW = 8
"""Up to one in so many, entries are looked up one by one; beyond that all are walked through."""


MOST_COUNTED = 100
"""Values counted along one dimension: more than any list offers."""


def _no_numbers() -> Numbers:
    return np.empty(0, dtype=np.int32)


def _most(counted: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of the largest counts; those equal to the last of them are kept as well."""
    places = np.flatnonzero(counted)
    if len(places) > MOST_COUNTED:
        least = np.partition(counted[places], -MOST_COUNTED)[-MOST_COUNTED]
        places = places[counted[places] >= least]
    return places


@dataclass(frozen=True)
class Selection:
    """Some of so many entries, along several dimensions of which something is counted."""

    numbers: Numbers
    size: int

    @property
    def is_large(self) -> bool:
        """Tell whether walking through all entries is faster than looking these up."""
        return len(self.numbers) * FEW > self.size

    @cached_property
    def mask(self) -> Mask:
        """Return which entries they are; made once for all dimensions."""
        found = np.zeros(self.size, dtype=bool)
        found[self.numbers] = True
        return found


@dataclass(frozen=True, slots=True)
class ValuePairs:
    """Which entries have which values along one dimension: pairs of an entry and the place of a value, by entry."""

    values: tuple[str, ...] = ()
    entries: Numbers = field(default_factory=_no_numbers)
    places: Numbers = field(default_factory=_no_numbers)
    place_of: Numbers | None = None
    """Where no entry has two values: the place of its value by number, -1 for none. Counting by it is much faster."""

    @classmethod
    def of(cls, values: tuple[str, ...], entries: Numbers, places: Numbers, size: int) -> ValuePairs:
        """Return pairs that are ordered by entry, for so many entries."""
        if np.any(entries[1:] == entries[:-1]):
            return cls(values, entries, places)
        place_of = np.full(size, -1, dtype=np.int32)
        place_of[entries] = places
        return cls(values, entries, places, place_of)

    def of_size(self, size: int) -> ValuePairs:
        """Return the same pairs among so many entries."""
        same_size = self.place_of is None or len(self.place_of) == size
        return self if same_size else ValuePairs.of(self.values, self.entries, self.places, size)

    def mask(self, value: str, size: int) -> Mask:
        """Return which entries have a value."""
        if value not in self.values:
            return np.zeros(size, dtype=bool)
        place = self.values.index(value)
        if self.place_of is not None:
            single: Mask = self.place_of == place
            return single
        found = np.zeros(size, dtype=bool)
        found[self.entries[self.places == place]] = True
        return found

    def counts(self, among: Selection) -> dict[str, int]:
        """Return how many of these entries have each value: the commonest, and none that no entry has."""
        if self.place_of is not None:
            counted = np.bincount(self.place_of[among.numbers] + 1, minlength=len(self.values) + 1)[1:]
        else:
            counted = np.bincount(self._places_of(among), minlength=len(self.values))
        return {self.values[place]: int(counted[place]) for place in _most(counted)}

    def _places_of(self, among: Selection) -> Numbers:
        if among.is_large:
            dense: Numbers = self.places[among.mask[self.entries]]
            return dense
        first = np.searchsorted(self.entries, among.numbers, side="left")
        number_of = np.searchsorted(self.entries, among.numbers, side="right") - first
        start = np.repeat(first - np.concatenate(([0], np.cumsum(number_of)[:-1])), number_of)
        sparse: Numbers = self.places[start + np.arange(len(start))]
        return sparse


@dataclass(frozen=True, slots=True)
class Columns:
    """A view of all entries at one revision; it never changes, a later one takes its place."""

    revision: int = 0
    token: str = ""
    subjects: tuple[str, ...] = ()
    """By number; empty where there is no entry."""
    kinds: Mapping[str, Mask] = field(default_factory=dict)
    dimensions: Mapping[str, ValuePairs] = field(default_factory=dict)
    figures: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers, repr=False, compare=False)
    """What the index answered to lookups; later views share it until texts change."""
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """One more than the largest number."""
        return len(self.subjects)

    def of_kind(self, kind: str) -> Mask:
        """Return which entries are of a kind."""
        return self.kinds.get(kind, np.zeros(self.size, dtype=bool))

    def dimension(self, name: str) -> ValuePairs:
        """Return a dimension, empty if no entry has a value along it."""
        return self.dimensions.get(name, ValuePairs())

    def with_more(self, dimensions: Mapping[str, ValuePairs], figures: Mapping[str, NDArray[np.int64]]) -> Columns:
        """Return a view with dimensions and figures that follow from these, for one question."""
        return replace(
            self, dimensions={**self.dimensions, **dimensions}, figures={**self.figures, **figures}, _kept={}
        )

    def kept(self, key: Hashable, make: Callable[[], Kept], *, at: int = 0) -> Kept:
        """Return what was made under a key at the same time, or make it: many questions need the same."""
        made_at, kept = self._kept.get(key, (None, None))
        if made_at != at:
            kept = make()
            self._kept[key] = at, kept
        found: Kept = kept
        return found

    def figure(self, name: str, among: Numbers) -> NDArray[np.int64]:
        """Return a figure of these entries, nought where one has none."""
        return self.figures[name][among] if name in self.figures else np.zeros(len(among), dtype=np.int64)
