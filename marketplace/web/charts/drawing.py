"""Draws a chart by its kind, with its legend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.web.charts.bars import Drawing, draw_bars, draw_columns
from marketplace.web.charts.lines import draw_areas, draw_lines
from marketplace.web.charts.marks import pattern_definitions, swatch
from marketplace.web.charts.model import Chart
from marketplace.web.charts.pie import draw_pie, shares
from marketplace.web.charts.svg import element

DRAW: dict[str, Callable[[Chart], Drawing]] = {
    "BAR": draw_bars,
    "COLUMN": draw_columns,
    "LINE": lambda chart: draw_lines(chart, smooth=False),
    "SPLINE": lambda chart: draw_lines(chart, smooth=True),
    "AREA": lambda chart: draw_areas(chart, smooth=False),
    "SPLINE_AREA": lambda chart: draw_areas(chart, smooth=True),
    "PIE": draw_pie,
}
LINES = {"LINE", "SPLINE"}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One series: its sign and its name."""

    sign: Markup
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart that has been drawn; a single series needs no legend."""

    svg: Markup
    legend: tuple[LegendEntry, ...]


def draw(kind: str, chart: Chart) -> Picture:
    """Return a chart of a kind as SVG; the chart has at least one category and one series."""
    inside, width, height = DRAW[kind](chart)
    names = _legend_names(kind, chart)
    title_id = f"{chart.id}-title"
    svg = element(
        "svg",
        element("title", chart.title, id=title_id),
        pattern_definitions(chart.id, len(names) or len(chart.series)),
        inside,
        class_=f"chart chart-{kind.lower().replace('_', '-')}",
        view_box=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_labelledby=title_id,
    )
    signs = (swatch(chart.id, index, is_line=kind in LINES) for index in range(len(names)))
    return Picture(svg, tuple(LegendEntry(sign, name) for sign, name in zip(signs, names, strict=True)))


def _legend_names(kind: str, chart: Chart) -> list[str]:
    if kind == "PIE":
        return [f"{name} {share:.1%}" for name, share in zip(chart.categories, shares(chart), strict=True)]
    return [each.name for each in chart.series] if len(chart.series) > 1 else []
