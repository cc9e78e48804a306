"""Axes: round ticks that enclose the values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
WHOLE_STEPS = (1, 2, 5, 10)
WANTED = 5
SMALLEST = 1e-100
"""Below this there is nothing to measure by."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from its lowest to its highest tick, laid over a length."""

    ticks: tuple[float, ...]

    @property
    def low(self) -> float:
        """The beginning of the axis."""
        return self.ticks[0]

    @property
    def high(self) -> float:
        """The end of the axis."""
        return self.ticks[-1]

    def share(self, value: float) -> float:
        """Return where a value lies between the beginning (0) and the end (1)."""
        return (value - self.low) / (self.high - self.low)


def scale_over(values: Iterable[float | None], *, counts: bool = False) -> Scale:
    """Return an axis over values; it includes zero, from which bars rise, and nothing between two counts."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < SMALLEST:
        high = low + 1
    wanted = (high - low) / WANTED
    step = _step(max(wanted, 1), WHOLE_STEPS) if counts else _step(wanted, STEPS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(tuple(number * step for number in range(first, last + 1)))


def _step(wanted: float, steps: Iterable[float]) -> float:
    """Return the next round number: one of the steps with zeros."""
    unit = 10.0 ** math.floor(math.log10(wanted))
    return next(step * unit for step in steps if step * unit >= wanted * (1 - 1e-9))
