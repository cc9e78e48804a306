"""Columns and bars: grouped, stacked, or as shares."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from marketplace.web.charts.frame import (
    BAR_HEIGHT,
    LETTER,
    WIDTH,
    Frame,
    lying_axes,
    lying_frame,
    upright_axes,
    upright_frame,
)
from marketplace.web.charts.marks import area
from marketplace.web.charts.model import Chart, Mode
from marketplace.web.charts.scales import Scale, scale_over
from marketplace.web.charts.svg import width_of, words

FILLED = 0.7
"""The part of a category's band that is taken by its bars."""
MOST_LABELLED = 12

Drawing = tuple[Markup, float, float]
"""What is drawn, its width and its height."""


def draw_columns(chart: Chart) -> Drawing:
    """Draw values as columns."""
    scale = _scale(chart)
    frame = upright_frame(chart, scale)
    band = frame.width / len(chart.categories)
    drawn = upright_axes(chart, scale, frame)
    for index, place, low, high in _spans(chart):
        offset, thickness = _slot(chart, index, band)
        top = frame.bottom - scale.share(max(low, high)) * frame.height
        height = abs(scale.share(high) - scale.share(low)) * frame.height
        x = frame.left + band * place + offset
        drawn += area(chart.id, index, "rect", _tip(chart, index, place), x=x, y=top, width=thickness, height=height)
    return drawn + _labels_above(chart, scale, frame, band), WIDTH, frame.whole_height


def draw_bars(chart: Chart) -> Drawing:
    """Draw values as bars that lie."""
    scale = _scale(chart)
    frame = lying_frame(chart)
    drawn = lying_axes(chart, scale, frame)
    for index, place, low, high in _spans(chart):
        offset, thickness = _slot(chart, index, BAR_HEIGHT)
        left = frame.left + scale.share(min(low, high)) * frame.width
        width = abs(scale.share(high) - scale.share(low)) * frame.width
        y = frame.top + BAR_HEIGHT * place + offset
        drawn += area(chart.id, index, "rect", _tip(chart, index, place), x=left, y=y, width=width, height=thickness)
    return drawn + _labels_beside(chart, scale, frame), WIDTH, frame.whole_height


def _scale(chart: Chart) -> Scale:
    ends = (end for row in chart.spans() for span in row if span is not None for end in span)
    return scale_over(ends, counts=chart.has_whole_ticks)


def _spans(chart: Chart) -> Iterator[tuple[int, int, float, float]]:
    for index, row in enumerate(chart.spans()):
        for place, span in enumerate(row):
            if span is not None:
                yield index, place, *span


def _slot(chart: Chart, index: int, band: float) -> tuple[float, float]:
    """Return where in its band a bar begins, and how thick it is."""
    whole = band * FILLED
    if chart.mode is not Mode.NORMAL:
        return (band - whole) / 2, whole
    thickness = whole / len(chart.series)
    return (band - whole) / 2 + thickness * index, thickness


def _tip(chart: Chart, index: int, place: int) -> str:
    value = chart.series[index].values[place]
    said = chart.written(value) if value is not None else "―"
    return f"{chart.categories[place]} {chart.series[index].name} {said}"


def _labels_above(chart: Chart, scale: Scale, frame: Frame, band: float) -> Markup:
    labels = Markup()
    if len(chart.series) > 1 or len(chart.categories) > MOST_LABELLED:
        return labels
    values = chart.drawn()[0]
    if any(value is not None and LETTER * width_of(chart.shown(value)) > band for value in values):
        return labels  # they would cover each other; the table below tells the figures
    for place, value in enumerate(values):
        if value is not None:
            y = frame.bottom - scale.share(max(value, 0)) * frame.height - 4
            labels += words(
                chart.shown(value), frame.left + band * (place + 0.5), y, text_anchor="middle", class_="value"
            )
    return labels


def _labels_beside(chart: Chart, scale: Scale, frame: Frame) -> Markup:
    labels = Markup()
    if len(chart.series) > 1:
        return labels
    for place, value in enumerate(chart.drawn()[0]):
        if value is not None:
            x = frame.left + scale.share(max(value, 0)) * frame.width + 4
            labels += words(chart.shown(value), x, frame.top + BAR_HEIGHT * (place + 0.5) + 4, class_="value")
    return labels
