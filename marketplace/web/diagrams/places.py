"""Gives everything in the rows its place, and the arrows their ways through the room between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from marketplace.web.diagrams.model import Arrow, Box, Item, Plan, Point, Route
from marketplace.web.diagrams.rows import Chain, fill_rows

GAP = 16.0
ROOM = 26.0
MARGIN = 8.0
ROUNDS = 12
MOST_BOXES = 40
MOST_ARROWS = 80
MOST_WIDTH = 1600.0
"""What is wider can't be read any more on any screen or paper."""
STIFFNESS = 4.0
"""How much more than others a long arrow wants to run straight."""


def plan_diagram(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Plan | None:
    """Return a diagram in which nothing overlaps, or None if there is too much for one."""
    if not boxes or len(boxes) > MOST_BOXES or len(arrows) > MOST_ARROWS:
        return None
    found = fill_rows(boxes, arrows)
    _place_across(found.rows)
    edges = _place_down(found.rows)
    items = [item for row in found.rows for item in row]
    width = max(item.right for item in items) + MARGIN
    if width > MOST_WIDTH:
        return None
    return Plan(
        width=width,
        height=edges[-1][1] + MARGIN,
        boxes=[item for item in items if item.key],
        labels=[item for item in items if item.lines and not item.key],
        routes=[_route(chain, edges) for chain in found.chains],
    )


def _place_across(rows: list[list[Item]]) -> None:
    """Draw each item towards the middle of its neighbours, as far as its row has room."""
    for row in rows:
        _settle(row, lambda _item: 0.0)
    for turn in range(ROUNDS):
        for row in rows if turn % 2 == 0 else reversed(rows):
            _settle(row, _above_first if turn % 2 == 0 else _below_first)
    shift = MARGIN - min(item.left for row in rows for item in row)
    for row in rows:
        for item in row:
            item.x += shift


def _above_first(item: Item) -> float:
    return _mean(item.above or item.below, item)


def _below_first(item: Item) -> float:
    return _mean(item.below or item.above, item)


def _mean(neighbours: Sequence[Item], item: Item) -> float:
    return sum(each.x for each in neighbours) / len(neighbours) if neighbours else item.x


def _settle(row: Sequence[Item], wished: Callable[[Item], float]) -> None:
    """Give the items of a row the places nearest to their wishes that keep order and distance.

    Without the distances this is isotonic regression: neighbours that would overlap move as one.
    """
    offsets, offset = [], 0.0
    for before, item in zip([None, *row], row, strict=False):
        offset += 0.0 if before is None else (before.width + item.width) / 2 + GAP
        offsets.append(offset)
    blocks: list[list[float]] = []
    for item, each in zip(row, offsets, strict=True):
        weight = STIFFNESS if item.is_passage else 1.0
        blocks.append([(wished(item) - each) * weight, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    settled = [total / weight for total, weight, count in blocks for _ in range(int(count))]
    for item, place, each in zip(row, settled, offsets, strict=True):
        item.x = place + each


def _place_down(rows: list[list[Item]]) -> list[tuple[float, float]]:
    """Set the rows below each other and return their upper and lower edges."""
    edges, y = [], MARGIN
    for row in rows:
        height = max(item.height for item in row)
        for item in row:
            item.height = item.height or height
            item.y = y + (height - item.height) / 2
        edges.append((y, y + height))
        y += height + ROOM
    return edges


def _route(chain: Chain, edges: Sequence[tuple[float, float]]) -> Route:
    pieces = []
    for upper, lower in pairwise(chain.items):
        start = _port(upper, upper.below, lower)
        end = _port(lower, lower.above, upper)
        leave: Point = (start, edges[upper.row][1])
        arrive: Point = (end, edges[lower.row][0])
        pieces.append(((start, upper.bottom), leave, arrive, (end, lower.bottom if lower.is_passage else lower.y)))
    return Route(chain.arrow, chain.is_back, tuple(pieces))


def _port(item: Item, neighbours: Sequence[Item], other: Item) -> float:
    """Return where on its edge an item is left for a neighbour: side by side in the order of where they lead."""
    ordered = sorted(neighbours, key=lambda each: each.x)
    part = next(at for at, each in enumerate(ordered) if each is other) + 1
    return item.left + item.width * part / (len(ordered) + 1)
