"""Axes: round ticks that enclose the values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
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


def scale_over(values: Iterable[float | None]) -> Scale:
    """Return an axis over values; it includes zero, from which bars rise, and counts have whole ticks."""
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < SMALLEST:
        high = low + 1
    wanted = (high - low) / WANTED
    step = _whole_step(wanted) if all(value.is_integer() for value in known) else _step(wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(tuple(number * step for number in range(first, last + 1)))


def _step(wanted: float) -> float:
    """Return the next round number: 1, 2, 2.5 or 5 with zeros."""
    unit = 10.0 ** math.floor(math.log10(wanted))
    return next(step * unit for step in STEPS if step * unit >= wanted * (1 - 1e-9))


def _whole_step(wanted: float) -> float:
    """Return the next round number without a fraction: nobody counts two and a half reports."""
    step = _step(max(wanted, 1.0))
    return step if step.is_integer() else 2 * step
