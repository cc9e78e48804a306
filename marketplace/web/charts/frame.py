"""The space a chart is drawn in: margins, axis lines, ticks and the names of the categories."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.web.charts.model import Chart
from marketplace.web.charts.scales import Scale
from marketplace.web.charts.svg import cut, element, width_of, words

WIDTH = 400.0
LETTER = 12.0
"""The size of letters in the units of the drawing."""
TOP, RIGHT = 16.0, 14.0
PLOT_HEIGHT = 220.0
FLAT_LETTERS, TILTED_LETTERS = 8, 9
MOST_LABELS = 24
BAR_HEIGHT, BAR_LETTERS = 26.0, 9


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of the plot inside the drawing."""

    left: float
    top: float
    width: float
    height: float
    whole_height: float

    @property
    def bottom(self) -> float:
        """Where the plot ends."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """Where the plot ends to the right."""
        return self.left + self.width


def upright_frame(chart: Chart, scale: Scale) -> Frame:
    """Return the frame of a chart whose values go up."""
    left = 10 + LETTER * max(width_of(chart.shown(tick)) for tick in scale.ticks)
    below = 24.0
    if not _is_flat(chart, WIDTH - left - RIGHT):
        left, below = max(left, _room_of_first_name(chart, left)), 84.0
    return Frame(left, TOP, WIDTH - left - RIGHT, PLOT_HEIGHT, TOP + PLOT_HEIGHT + below)


def lying_frame(chart: Chart) -> Frame:
    """Return the frame of a chart whose values go to the right, one line for each category."""
    left = 10 + LETTER * max(width_of(cut(label, BAR_LETTERS)) for label in chart.axis_labels)
    height = BAR_HEIGHT * len(chart.categories)
    values = (value for row in chart.drawn() for value in row if value is not None)
    right = max(60.0, 12 + LETTER * max((width_of(chart.shown(value)) for value in values), default=0))
    return Frame(left, 6.0, WIDTH - left - right, height, height + 32.0)


def upright_axes(chart: Chart, scale: Scale, frame: Frame) -> Markup:
    """Return the lines and names around a chart whose values go up."""
    lines = Markup()
    for tick in scale.ticks:
        y = frame.bottom - scale.share(tick) * frame.height
        lines += element(
            "path", d=f"M{frame.left:.1f},{y:.1f} H{frame.right:.1f}", class_="zero" if not tick else "grid"
        )
        lines += words(chart.shown(tick), frame.left - 6, y + 4, text_anchor="end")
    return lines + _names_below(chart, frame)


def lying_axes(chart: Chart, scale: Scale, frame: Frame) -> Markup:
    """Return the lines and names around a chart whose values go to the right."""
    lines = Markup()
    shown = scale.ticks if len(scale.ticks) < 5 else scale.ticks[::2]  # noqa: PLR2004 - more would touch each other
    for tick in scale.ticks:
        x = frame.left + scale.share(tick) * frame.width
        lines += element(
            "path", d=f"M{x:.1f},{frame.top:.1f} V{frame.bottom:.1f}", class_="zero" if not tick else "grid"
        )
        if tick in shown:
            lines += words(chart.shown(tick), x, frame.bottom + 18, text_anchor="middle")
    for place, label in enumerate(chart.axis_labels):
        y = frame.top + BAR_HEIGHT * (place + 0.5) + 4
        lines += words(cut(label, BAR_LETTERS), frame.left - 8, y, text_anchor="end")
    return lines


def _line(tick: float) -> str:
    return "grid" if tick else "zero"


def _is_flat(chart: Chart, width: float) -> bool:
    """Tell whether the names of the categories fit beside each other."""
    band = width / max(1, min(len(chart.categories), MOST_LABELS))
    widest = max((width_of(cut(label, FLAT_LETTERS)) for label in chart.axis_labels), default=0)
    return LETTER * widest + 6 <= band


def _room_of_first_name(chart: Chart, left: float) -> float:
    """Return how far from the edge the plot begins so that the first tilted name is not cut off there."""
    half_band = (WIDTH - left - RIGHT) / len(chart.categories) / 2
    return 6 + LETTER * width_of(cut(chart.axis_labels[0], TILTED_LETTERS)) * math.sqrt(0.5) - half_band


def _names_below(chart: Chart, frame: Frame) -> Markup:
    band = frame.width / len(chart.categories)
    every = -(-len(chart.categories) // MOST_LABELS)
    flat = _is_flat(chart, frame.width)
    names = Markup()
    for place, label in enumerate(chart.axis_labels):
        if place % every:
            continue
        x, y = frame.left + band * (place + 0.5), frame.bottom + 16
        if flat:
            names += words(cut(label, FLAT_LETTERS), x, y, text_anchor="middle")
        else:
            turn = f"rotate(-45 {x:.1f} {y - 4:.1f})"
            names += words(cut(label, TILTED_LETTERS), x, y - 2, text_anchor="end", transform=turn)
    return names
