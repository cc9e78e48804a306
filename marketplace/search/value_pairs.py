"""Which entries have which values along one dimension, and how many of some entries have each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marketplace.search.selections import IN_A_WORD, Bits, Mask, Numbers, Selection, pack, words_for

MOST_COUNTED = 100
"""Values counted along one dimension: more than any list offers."""
MOST_ROWS = 128
"""Values of a dimension that has bits for each of them: 1.6 MB for 100,000 entries at most."""
LOOKED_UP, LOOKED_UP_OF_SEVERAL = 2, 32
"""Words of bits that are counted in the time in which the value of one entry is looked up, or its several values."""
AT_ONCE = 16_000
"""Words of bits that are cut at once: the result stays below the size from which malloc asks the system."""
FEW = 8
"""Up to one in so many, entries are looked up one by one; beyond that all are walked through."""

Counted = NDArray[np.intp]


def _no_numbers() -> Numbers:
    return np.empty(0, dtype=np.int32)


def _most(counted: Counted) -> NDArray[np.intp]:
    """Return the places of the largest counts; those equal to the last of them are kept as well."""
    places = np.flatnonzero(counted)
    if len(places) > MOST_COUNTED:
        least = np.partition(counted[places], -MOST_COUNTED)[-MOST_COUNTED]
        places = places[counted[places] >= least]
    return places


@dataclass(frozen=True)
class ValuePairs:
    """Which entries have which values along one dimension: pairs of an entry and the place of a value, by entry."""

    values: tuple[str, ...] = ()
    entries: Numbers = field(default_factory=_no_numbers)
    places: Numbers = field(default_factory=_no_numbers)
    size: int = 0
    """One more than the largest number of any entry, with values or without."""
    place_of: Numbers | None = None
    """Where no entry has two values: the place of its value by number, -1 for none. Counting by it is much faster."""

    @classmethod
    def of(cls, values: tuple[str, ...], entries: Numbers, places: Numbers, size: int) -> ValuePairs:
        """Return pairs that are ordered by entry, for so many entries."""
        if np.any(entries[1:] == entries[:-1]):
            return cls(values, entries, places, size)
        place_of = np.full(size, -1, dtype=np.int32)
        place_of[entries] = places
        return cls(values, entries, places, size, place_of)

    def of_size(self, size: int) -> ValuePairs:
        """Return the same pairs among so many entries."""
        return self if self.size == size else ValuePairs.of(self.values, self.entries, self.places, size)

    def mask(self, value: str) -> Mask:
        """Return which entries have a value."""
        place = self._places_by_value.get(value)
        if place is None:
            return np.zeros(self.size, dtype=bool)
        if self.place_of is not None:
            single: Mask = self.place_of == place
            return single
        found = np.zeros(self.size, dtype=bool)
        found[self.entries[self.places == place]] = True
        return found

    def bits(self, value: str) -> Bits:
        """Return which entries have a value, as bits."""
        if self._has_rows and value in self._places_by_value:
            row: Bits = self._rows[self._places_by_value[value]]
            return row
        return pack(self.mask(value))

    def counts(self, among: Selection) -> dict[str, int]:
        """Return how many of these entries have each value: the commonest, and none that no entry has."""
        counted = self._counted_in_rows(among) if self._is_quicker_in_rows(among) else self._counted_in_pairs(among)
        return {self.values[place]: int(counted[place]) for place in _most(counted)}

    @cached_property
    def _places_by_value(self) -> Mapping[str, int]:
        return {value: place for place, value in enumerate(self.values)}

    @property
    def _has_rows(self) -> bool:
        return len(self.values) <= MOST_ROWS

    @cached_property
    def _rows(self) -> Bits:
        """The bits of each value; made when they are first asked for."""
        masks = np.zeros((len(self.values), self.size), dtype=bool)
        masks[self.places, self.entries] = True
        return pack(masks)

    def _is_quicker_in_rows(self, among: Selection) -> bool:
        as_long = LOOKED_UP_OF_SEVERAL if self.place_of is None else LOOKED_UP
        return self._has_rows and len(self.values) * self.size < IN_A_WORD * as_long * among.count

    def _counted_in_rows(self, among: Selection) -> Counted:
        step = max(1, AT_ONCE // max(1, words_for(self.size)))
        counted = np.empty(len(self.values), dtype=np.intp)
        for start in range(0, len(counted), step):
            held = np.bitwise_count(self._rows[start : start + step] & among.bits)
            counted[start : start + step] = held.sum(axis=1, dtype=np.uint32)
        return counted

    def _counted_in_pairs(self, among: Selection) -> Counted:
        if self.place_of is not None:
            return np.bincount(self.place_of[among.numbers] + 1, minlength=len(self.values) + 1)[1:]
        return np.bincount(self._places_of(among), minlength=len(self.values))

    def _places_of(self, among: Selection) -> Numbers:
        if among.count * FEW > self.size:
            dense: Numbers = self.places[among.mask[self.entries]]
            return dense
        first = np.searchsorted(self.entries, among.numbers, side="left")
        number_of = np.searchsorted(self.entries, among.numbers, side="right") - first
        start = np.repeat(first - np.concatenate(([0], np.cumsum(number_of)[:-1])), number_of)
        sparse: Numbers = self.places[start + np.arange(len(start))]
        return sparse
