"""What a chart shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MOST_SERIES = 8
"""As many as there are patterns that one can tell apart."""


class Mode(StrEnum):
    """How several series stand in one category: beside each other, on each other, or as shares of their sum."""

    NORMAL = "NORMAL"
    STACKED = "STACKED"
    PERCENTAGE = "PERCENTAGE"


@dataclass(frozen=True, slots=True)
class Series:
    """One value per category; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The data of a chart; `id` begins the ids of its parts, `written` shows a value as people read it."""

    id: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    written: Callable[[float], str]
    mode: Mode = Mode.NORMAL
    counts: bool = False
    """Tells that the values count something, so that there is nothing between 1 and 2."""
    short_categories: tuple[str, ...] = ()
    """What fits along an axis, where that differs."""

    @property
    def axis_labels(self) -> tuple[str, ...]:
        """The categories as the axis names them."""
        return self.short_categories or self.categories

    @property
    def has_whole_ticks(self) -> bool:
        """Tell whether the axis shows whole numbers only."""
        return self.counts and self.mode is not Mode.PERCENTAGE

    def shown(self, value: float) -> str:
        """Return a value as the axis or a label tells it; shares are percentages."""
        return f"{value:.0f}%" if self.mode is Mode.PERCENTAGE else self.written(value)

    def drawn(self) -> list[list[float | None]]:
        """Return the values to draw, series by series; as shares of each category's sum where that is the mode."""
        rows = [list(each.values) for each in self.series]
        if self.mode is not Mode.PERCENTAGE:
            return rows
        sums = [sum(max(row[place] or 0, 0) for row in rows) for place in range(len(self.categories))]
        return [
            [100 * max(value or 0, 0) / whole if whole else None for value, whole in zip(row, sums, strict=True)]
            for row in rows
        ]

    def spans(self) -> list[list[tuple[float, float] | None]]:
        """Return where each value begins and ends: from zero, or on top of the series before."""
        rows = self.drawn()
        if self.mode is Mode.NORMAL:
            return [[None if value is None else (0.0, value) for value in row] for row in rows]
        ups, downs = [0.0] * len(self.categories), [0.0] * len(self.categories)
        return [[_stack(value, place, ups, downs) for place, value in enumerate(row)] for row in rows]


def _stack(value: float | None, place: int, ups: list[float], downs: list[float]) -> tuple[float, float] | None:
    """Put a value on the pile of its category; negative ones hang below zero."""
    if value is None:
        return None
    pile = ups if value >= 0 else downs
    pile[place] += value
    return pile[place] - value, pile[place]
