"""Reports as tables: groups down the side, and for crosses one level along the top, with totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.kernel.text import Text
from marketplace.sandbox.reports.aggregating import Aggregated, Node
from marketplace.sandbox.reports.keys import Key
from marketplace.web.apps.report_words import NOTHING, ReportWords

MOST_ROWS = 500
MOST_COLUMNS = 50
TOTAL = Text("合計", "Total")
CROSSED_LEVELS = 2


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line: the names of its groups, and its figures."""

    heads: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report as a table."""

    heads: tuple[str, ...]
    """What the groups of each line are."""
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    foot: ReportRow | None
    is_cut: bool
    """Tells that there are more lines or columns than are shown."""


def flat_table(found: Aggregated, words: ReportWords) -> ReportTable:
    """Return a table with a line for each innermost group, and a column for each aggregation."""
    positions = range(len(found.report.aggregations))
    rows = [
        ReportRow(heads, tuple(words.told(node, position) for position in positions))
        for heads, node in _leaves(found, words, len(found.levels))
    ]
    total = tuple(words.told(found.root, position) for position in positions)
    return ReportTable(
        heads=tuple(words.level(depth) for depth in range(len(found.levels))),
        columns=tuple(words.aggregation(position) for position in positions),
        rows=tuple(rows[:MOST_ROWS]),
        foot=ReportRow((TOTAL.in_language(words.language),), total) if found.levels else None,
        is_cut=len(rows) > MOST_ROWS,
    )


def cross_table(found: Aggregated, words: ReportWords) -> ReportTable:
    """Return a table whose innermost level runs along the top."""
    if len(found.levels) < CROSSED_LEVELS:
        return flat_table(found, words)
    depth = len(found.levels) - 1
    keys = found.keys_at(depth)
    shown = keys[:MOST_COLUMNS]
    nodes = list(_leaves(found, words, depth))
    total = TOTAL.in_language(words.language)
    rows = [ReportRow(heads, _crossed(words, node, shown)) for heads, node in nodes[:MOST_ROWS]]
    whole = _whole(found, [node for _, node in nodes])
    names = [words.key(depth, key, name) for key, name in shown]
    return ReportTable(
        heads=tuple(words.level(each) for each in range(depth)),
        columns=tuple(_column_names(words, [*names, total])),
        rows=tuple(rows),
        foot=ReportRow((total,), _crossed(words, whole, shown)),
        is_cut=len(nodes) > MOST_ROWS or len(keys) > MOST_COLUMNS,
    )


def _whole(found: Aggregated, nodes: list[Node]) -> Node:
    """Return all lines as one, with what each column adds up to."""
    inside: dict[Key, list[Node]] = {}
    for node in nodes:
        for child in node.children:
            inside.setdefault(child.key, []).append(child)
    whole = Node(None, "", found.root.tallies)
    for key, children in inside.items():
        joined = found.joined(children, "")
        whole.children.append(Node(key, "", joined.tallies))
    return whole


def _crossed(words: ReportWords, node: Node, keys: list[tuple[Key, str]]) -> tuple[str, ...]:
    by_key = {child.key: child for child in node.children}
    cells = [by_key.get(key) for key, _ in keys] + [node]
    positions = range(len(words.found.report.aggregations))
    return tuple(NOTHING if cell is None else words.told(cell, position) for cell in cells for position in positions)


def _column_names(words: ReportWords, names: list[str]) -> Iterator[str]:
    count = len(words.found.report.aggregations)
    for name in names:
        for position in range(count):
            yield f"{name} {words.aggregation(position)}" if count > 1 else name


def _leaves(found: Aggregated, words: ReportWords, depth: int) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield the groups of a depth with the names of those around them."""

    def walk(node: Node, heads: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
        if len(heads) == depth:
            yield heads, node
            return
        for child in node.children:
            yield from walk(child, (*heads, words.key(len(heads), child.key, child.name)))

    return walk(found.root, ())
