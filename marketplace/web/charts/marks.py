"""What tells series apart beside their colour: patterns of areas, markers and dashes of lines."""

from __future__ import annotations

from markupsafe import Markup

from marketplace.web.charts.model import MOST_SERIES
from marketplace.web.charts.svg import element

TILE = 8
# Each pattern is drawn in white over the colour of its series; the first series is plain.
PATTERNS = (
    "",
    "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
    "M0,4 h8",
    "M1.5,2 h3 M5.5,6 h3",
    "M4,0 v8",
    "M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4",
    "M0,4 h8 M4,0 v8",
    "M0,2 h8 M0,6 h8",
)
DASHES = (None, "6 3", "2 3", "8 3 2 3", None, "6 3", "2 3", "8 3 2 3")
MARKER = 4.0


def pattern_definitions(chart_id: str, count: int) -> Markup:
    """Return the patterns that the areas of a chart use."""
    patterns = (
        element(
            "pattern",
            element("path", d=PATTERNS[index], class_="hatch"),
            id=f"{chart_id}-p{index}",
            width=TILE,
            height=TILE,
            pattern_units="userSpaceOnUse",
        )
        for index in range(1, min(count, MOST_SERIES))
    )
    return element("defs", *patterns)


def area(chart_id: str, index: int, name: str, tip: str, **place: float | str) -> Markup:
    """Return a shape in the colour and the pattern of a series, with words for those who point at it."""
    shape = element(name, element("title", tip), class_=f"area s{index}", **place)
    if not PATTERNS[index]:
        return shape
    return shape + element(name, fill=f"url(#{chart_id}-p{index})", class_="pattern", **place)


def marker(index: int, x: float, y: float, tip: str) -> Markup:
    """Return the sign of a series at a point of its line: disc, square, triangle or diamond."""
    said = element("title", tip)
    if index % 4 == 0:
        return element("circle", said, cx=x, cy=y, r=MARKER, class_=f"marker s{index}")
    shapes = {
        1: f"M{x - MARKER:.1f},{y - MARKER:.1f} h{2 * MARKER} v{2 * MARKER} h-{2 * MARKER} z",
        2: f"M{x:.1f},{y - MARKER - 1:.1f} l{MARKER + 1},{2 * MARKER + 1} h-{2 * MARKER + 2} z",
        3: f"M{x:.1f},{y - MARKER - 1:.1f} l{MARKER + 1},{MARKER + 1} l-{MARKER + 1},{MARKER + 1} "
        f"l-{MARKER + 1},-{MARKER + 1} z",
    }
    return element("path", said, d=shapes[index % 4], class_=f"marker s{index}")


def swatch(chart_id: str, index: int, *, is_line: bool) -> Markup:
    """Return the sign of a series for the legend."""
    if is_line:
        line = element("path", d="M1,8 h26", class_=f"line l{index}", stroke_dasharray=DASHES[index])
        inside = line + marker(index, 14, 8, "")
    else:
        inside = area(chart_id, index, "rect", "", x=1, y=1, width=26, height=14)
    return element("svg", inside, class_="swatch", view_box="0 0 28 16", aria_hidden="true")
