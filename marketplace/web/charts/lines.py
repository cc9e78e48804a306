"""Lines and areas, straight or smooth; where a value is missing a line has a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from markupsafe import Markup

from marketplace.web.charts.bars import Drawing
from marketplace.web.charts.frame import WIDTH, Frame, upright_axes, upright_frame
from marketplace.web.charts.marks import DASHES, area, marker
from marketplace.web.charts.model import Chart
from marketplace.web.charts.scales import Scale, scale_over
from marketplace.web.charts.svg import element

MOST_MARKED = 60
"""Markers of more points than that would cover the line."""
Point = tuple[float, float]
T = TypeVar("T")


def draw_lines(chart: Chart, *, smooth: bool) -> Drawing:
    """Draw each series as a line with markers."""
    rows = chart.drawn()
    paper = _paper(chart, (value for row in rows for value in row))
    drawn = upright_axes(chart, paper.scale, paper.frame)
    for index, row in enumerate(rows):
        for run in _runs(row):
            points = [paper.point(place, value) for place, value in run]
            drawn += element("path", d=_path(points, smooth), class_=f"line l{index}", stroke_dasharray=DASHES[index])
        drawn += _markers(chart, paper, index, row)
    return drawn, WIDTH, paper.frame.whole_height


def draw_areas(chart: Chart, *, smooth: bool) -> Drawing:
    """Draw each series as the area under its line, on top of the series before where they are stacked."""
    spans = chart.spans()
    paper = _paper(chart, (end for row in spans for span in row if span is not None for end in span))
    drawn = upright_axes(chart, paper.scale, paper.frame)
    for index, row in enumerate(spans):
        for run in _runs(row):
            above = [paper.point(place, span[1]) for place, span in run]
            below = [paper.point(place, span[0]) for place, span in reversed(run)]
            outline = f"{_path(above, smooth)} {_path(below, smooth).replace('M', 'L', 1)} Z"
            drawn += area(chart.id, index, "path", chart.series[index].name, d=outline)
            drawn += element("path", d=_path(above, smooth), class_=f"line l{index}")
        drawn += _markers(chart, paper, index, [None if span is None else span[1] for span in row])
    return drawn, WIDTH, paper.frame.whole_height


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where values come to lie."""

    frame: Frame
    scale: Scale
    band: float

    def point(self, place: int, value: float) -> Point:
        y = self.frame.bottom - self.scale.share(value) * self.frame.height
        return self.frame.left + self.band * (place + 0.5), y


def _paper(chart: Chart, values: Iterable[float | None]) -> _Paper:
    scale = scale_over(values, counts=chart.has_whole_ticks)
    frame = upright_frame(chart, scale)
    return _Paper(frame, scale, frame.width / len(chart.categories))


def _markers(chart: Chart, paper: _Paper, index: int, row: Sequence[float | None]) -> Markup:
    if len(row) > MOST_MARKED:
        return Markup()
    series = chart.series[index]
    signs = Markup()
    for place, value in enumerate(row):
        own = series.values[place]
        if value is not None and own is not None:
            tip = f"{chart.categories[place]} {series.name} {chart.written(own)}"
            signs += marker(index, *paper.point(place, value), tip)
    return signs


def _runs(row: Iterable[T | None]) -> list[list[tuple[int, T]]]:
    """Return the stretches of a row that have values, each with its places."""
    runs: list[list[tuple[int, T]]] = [[]]
    for place, value in enumerate(row):
        if value is not None:
            runs[-1].append((place, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(points: Sequence[Point], smooth: bool) -> str:  # noqa: FBT001 - passed on
    start = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    if not smooth:
        return start + "".join(f" L{x:.1f},{y:.1f}" for x, y in points[1:])
    slopes = _slopes(points)
    parts = [start]
    for (x0, y0), (x1, y1), before, after in zip(points, points[1:], slopes, slopes[1:], strict=False):
        third = (x1 - x0) / 3
        parts.append(
            f"C{x0 + third:.1f},{y0 + before * third:.1f} {x1 - third:.1f},{y1 - after * third:.1f} {x1:.1f},{y1:.1f}"
        )
    return " ".join(parts)


def _slopes(points: Sequence[Point]) -> list[float]:
    """Return the slope at each point such that the curve never swings beyond the values (Fritsch and Carlson)."""
    steps = [(y1 - y0) / ((x1 - x0) or 1) for (x0, y0), (x1, y1) in pairwise(points)]
    if not steps:
        return [0.0]
    inner = [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(steps)]
    return [steps[0], *inner, steps[-1]]
