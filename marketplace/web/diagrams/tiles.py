"""A map of equal tiles: where each lies, how much is counted there, darker where it is more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from marketplace.web.charts.svg import element, words

PITCH, SIDE = 40.0, 37.0
EDGE = 2.0
"""Room for the outlines of tiles at the edge of the drawing."""
NAME_LINE, COUNT_LINE = 15.0, 32.0
LONG_NAME = 3
STEPS: tuple[int, ...] = (1, 2, 5, 10)
"""The least number of each shade."""
MOST_KEPT = 2_000
"""Tiles kept drawn: most maps differ in few of them."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One place: its short name, where it lies in tiles from the left and the top, and the number there."""

    name: str
    column: float
    row: float
    count: int


def draw_tiles(name: str, title: str, description: str, tiles: Sequence[Tile]) -> Markup:
    """Return the map; `name` begins the ids inside it."""
    title_id, description_id = f"{name}-title", f"{name}-description"
    left, top = min(tile.column for tile in tiles), min(tile.row for tile in tiles)
    width = (max(tile.column for tile in tiles) - left + 1) * PITCH + EDGE
    height = (max(tile.row for tile in tiles) - top + 1) * PITCH + EDGE
    return element(
        "svg",
        element("title", title, id=title_id),
        element("desc", description, id=description_id),
        *(_tile(tile, left, top) for tile in tiles),
        class_="diagram tile-map",
        view_box=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_labelledby=title_id,
        aria_describedby=description_id,
    )


@lru_cache(maxsize=MOST_KEPT)
def _tile(tile: Tile, left: float, top: float) -> Markup:
    x, y = EDGE + (tile.column - left) * PITCH, EDGE + (tile.row - top) * PITCH
    shade = sum(tile.count >= least for least in STEPS)
    square = element("rect", x=x, y=y, width=SIDE, height=SIDE, rx=4, class_=f"tile shade-{shade}")
    long = " tile-word" if tile.name.isascii() else " tile-long" if len(tile.name) >= LONG_NAME else ""
    middle = x + SIDE / 2
    drawn = square + words(tile.name, middle, y + NAME_LINE, class_=f"tile-name on-{shade}{long}")
    if tile.count:
        drawn += words(str(tile.count), middle, y + COUNT_LINE, class_=f"tile-count on-{shade}")
    return drawn
