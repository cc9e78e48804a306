"""A pie: shares of a whole, clockwise from the top."""

from __future__ import annotations

import math

from markupsafe import Markup

from marketplace.web.charts.bars import Drawing
from marketplace.web.charts.marks import area
from marketplace.web.charts.model import Chart
from marketplace.web.charts.svg import words

SIZE = 300.0
RADIUS = 130.0
SMALLEST_LABELLED = 0.06
WHOLE = 1 - 1e-9


def can_be_pie(chart: Chart) -> bool:
    """Tell whether the values are shares of something: none negative, not all nothing."""
    values = [value or 0 for value in chart.series[0].values]
    return bool(values) and min(values) >= 0 and sum(values) > 0


def shares(chart: Chart) -> list[float]:
    """Return the part of the whole that each category has."""
    values = [value or 0 for value in chart.series[0].values]
    whole = sum(values)
    return [value / whole for value in values]


def draw_pie(chart: Chart) -> Drawing:
    """Draw the first series as a pie; each category has the look of a series."""
    drawn, labels, begin = Markup(), Markup(), 0.0
    for index, share in enumerate(shares(chart)):
        value = chart.series[0].values[index] or 0
        if share:
            tip = f"{chart.categories[index]} {chart.written(value)} ({share:.0%})"
            drawn += _slice(chart.id, index, begin, share, tip)
        if share >= SMALLEST_LABELLED:
            x, y = _at(begin + share / 2, RADIUS * 0.68)
            labels += words(f"{share:.0%}", x, y + 5, text_anchor="middle", class_="share")
        begin += share
    return drawn + labels, SIZE, SIZE


def _slice(chart_id: str, index: int, begin: float, share: float, tip: str) -> Markup:
    if share >= WHOLE:
        return area(chart_id, index, "circle", tip, cx=SIZE / 2, cy=SIZE / 2, r=RADIUS)
    (x0, y0), (x1, y1) = _at(begin, RADIUS), _at(begin + share, RADIUS)
    large = 1 if share > 0.5 else 0  # noqa: PLR2004 - more than half a turn
    middle = f"M{SIZE / 2:.1f},{SIZE / 2:.1f}"
    outline = f"{middle} L{x0:.1f},{y0:.1f} A{RADIUS:.0f},{RADIUS:.0f} 0 {large} 1 {x1:.1f},{y1:.1f} Z"
    return area(chart_id, index, "path", tip, d=outline)


def _at(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn
    return SIZE / 2 + radius * math.sin(angle), SIZE / 2 - radius * math.cos(angle)
