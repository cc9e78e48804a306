"""Puts boxes and arrows into rows and each row into an order with few crossings (the method of Sugiyama).

The words of an arrow are an item of a row of their own between those of the boxes, so that they never meet a box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from marketplace.web.diagrams.model import Arrow, Box, Item
from marketplace.web.diagrams.wrapping import wrap

BOX_WIDTH = 176.0
LABEL_WIDTH = 120.0
PASSAGE_WIDTH = 20.0
NAME_LETTERS, NAME_LINES = 11, 3
NOTE_LETTERS, NOTE_LINES = 13, 2
LABEL_LETTERS, LABEL_LINES = 9, 2
NAME_HEIGHT, NOTE_HEIGHT, LABEL_HEIGHT = 19.0, 16.0, 16.0
PADDING = 12.0
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Chain:
    """The items that an arrow passes from top to bottom, boxes at both ends."""

    arrow: Arrow
    is_back: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything in its row, in order."""

    rows: list[list[Item]]
    chains: list[Chain]


def fill_rows(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Rows:
    """Return the rows of a diagram; arrows lead from box to another box."""
    keys = [box.key for box in boxes]
    back = _leading_back(keys, arrows)
    level = _levels(keys, [_turned(arrow) if arrow in back else (arrow.source, arrow.target) for arrow in arrows])
    rows: list[list[Item]] = [[] for _ in range(2 * max(level.values(), default=0) + 1)]
    placed = {box.key: _box_item(box, 2 * level[box.key]) for box in boxes}
    for item in placed.values():
        rows[item.row].append(item)
    chains = [_chain(arrow, placed, rows, is_back=arrow in back) for arrow in arrows]
    return Rows(_untangled(rows), chains)


def _leading_back(keys: Sequence[str], arrows: Sequence[Arrow]) -> set[Arrow]:
    """Return the arrows that close a circle, going from the first box on."""
    following: dict[str, list[Arrow]] = {key: [] for key in keys}
    for arrow in arrows:
        following[arrow.source].append(arrow)
    back: set[Arrow] = set()
    done: set[str] = set()
    for start in keys:
        if start in done:
            continue
        path, ways = [start], [iter(following[start])]
        while path:
            onwards = next(ways[-1], None)
            if onwards is None:
                done.add(path.pop())
                ways.pop()
            elif onwards.target in path:
                back.add(onwards)
            elif onwards.target not in done:
                path.append(onwards.target)
                ways.append(iter(following[onwards.target]))
    return back


def _turned(arrow: Arrow) -> tuple[str, str]:
    return arrow.target, arrow.source


def _levels(keys: Sequence[str], steps: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return how many steps lead to each box at most."""
    level = dict.fromkeys(keys, 0)
    for _ in keys:
        before = dict(level)
        for upper, lower in steps:
            level[lower] = max(level[lower], level[upper] + 1)
        if level == before:
            break
    return level


def _box_item(box: Box, row: int) -> Item:
    lines = wrap(box.name, NAME_LETTERS, NAME_LINES)
    notes = tuple(line for note in box.notes for line in wrap(note, NOTE_LETTERS, NOTE_LINES))
    height = 2 * PADDING + len(lines) * NAME_HEIGHT + len(notes) * NOTE_HEIGHT
    return Item(row, BOX_WIDTH, height, lines, notes, box.key)


def _chain(arrow: Arrow, boxes: Mapping[str, Item], rows: list[list[Item]], *, is_back: bool) -> Chain:
    upper, lower = (boxes[key] for key in (_turned(arrow) if is_back else (arrow.source, arrow.target)))
    worded = lower.row - 1 if is_back else upper.row + 1
    items = [upper]
    for row in range(upper.row + 1, lower.row):
        item = _label_item(arrow, row) if row == worded else Item(row, PASSAGE_WIDTH, 0)
        rows[row].append(item)
        items.append(item)
    items.append(lower)
    for above, below in pairwise(items):
        above.below.append(below)
        below.above.append(above)
    return Chain(arrow, is_back, tuple(items))


def _label_item(arrow: Arrow, row: int) -> Item:
    lines = tuple(line for each in arrow.words for line in wrap(each, LABEL_LETTERS, LABEL_LINES))
    return Item(row, LABEL_WIDTH, len(lines) * LABEL_HEIGHT + 4, lines)


def _untangled(rows: list[list[Item]]) -> list[list[Item]]:
    """Return the rows in the best of the orders that sweeping up and down comes by."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        rows = [list(row) for row in rows]
        downwards = sweep % 2 == 0
        for number in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
            beside = rows[number - 1] if downwards else rows[number + 1]
            place = {item: position for position, item in enumerate(beside)}
            own = {item: position for position, item in enumerate(rows[number])}
            rows[number].sort(key=lambda item: _middle(item.above if downwards else item.below, place, own[item]))
        count = _crossings(rows)
        if count < fewest:
            best, fewest = rows, count
    return best


def _middle(neighbours: Sequence[Item], place: Mapping[Item, int], own: int) -> float:
    return sum(place[each] for each in neighbours) / len(neighbours) if neighbours else float(own)


def _crossings(rows: Sequence[Sequence[Item]]) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        place = {item: position for position, item in enumerate(lower)}
        ends = [place[below] for item in upper for below in sorted(item.below, key=place.__getitem__)]
        count += sum(1 for at, end in enumerate(ends) for other in ends[at + 1 :] if other < end)
    return count
