"""What lists filter, count and rank by, as arrays in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from marketplace.search.lookups import Answers
from marketplace.search.selections import Mask, Numbers
from marketplace.search.value_pairs import ValuePairs

Kept = TypeVar("Kept")


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
        return self.dimensions.get(name) or ValuePairs(size=self.size)

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
