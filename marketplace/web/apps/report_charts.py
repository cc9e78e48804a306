"""Reports as charts: the first level along the axis, the others and the aggregations as series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.kernel.text import Text
from marketplace.sandbox.reports.aggregating import Aggregated, Node
from marketplace.sandbox.reports.keys import Key
from marketplace.sandbox.reports.periods import periods_between
from marketplace.web.apps.report_words import ReportWords
from marketplace.web.charts.drawing import DRAW, LINES, Picture, draw
from marketplace.web.charts.model import MOST_SERIES, Chart, Mode, Series
from marketplace.web.charts.pie import can_be_pie

OTHERS = Text("その他", "Others")
WHOLE = Text("全体", "All")
MOST_CATEGORIES = {"PIE": MOST_SERIES, "BAR": 30, "COLUMN": 40}
MOST_POINTS = 200
ALONG_TIME = {*LINES, "AREA", "SPLINE_AREA"}
NO_PIE = Text(
    "負の値があるか、すべて0のため、円グラフにできません。表をご覧ください。",
    "There are negative values, or nothing but zeros, so no pie can be drawn. See the table.",
)
NOTHING_TO_DRAW = Text("集計するレコードがありません。", "There are no records to aggregate.")
NO_FIGURES = Text("数ではない値のため、表だけを表示します。", "The values are no numbers, so only the table is shown.")
CUT = Text("グラフには先頭の{count}件だけを描いています。", "The chart shows the first {count} groups only.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, or the reason why there is none; `note` tells what the chart leaves out."""

    picture: Picture | None
    note: str | None = None


def draw_report(found: Aggregated, words: ReportWords) -> Drawn:
    """Return the chart of a report; tables have none."""
    kind = found.report.chart_type
    if kind not in DRAW:
        return Drawn(None)
    nodes = found.root.children if found.levels else [found.root]
    if not nodes:
        return Drawn(None, NOTHING_TO_DRAW.in_language(words.language))
    most = MOST_CATEGORIES.get(kind, MOST_POINTS)
    shown, note = list(nodes), None
    if kind == "PIE":
        shown = _with_others(found, nodes, words)
    elif len(nodes) > most:
        shown, note = list(nodes[:most]), CUT.in_language(words.language, count=most)
    chart = _chart(found, words, _without_gaps(found, shown) if kind in ALONG_TIME else shown)
    if all(value is None for each in chart.series for value in each.values):
        return Drawn(None, NO_FIGURES.in_language(words.language))
    if kind == "PIE" and not can_be_pie(chart):
        return Drawn(None, NO_PIE.in_language(words.language))
    return Drawn(draw(kind, chart), note)


def _with_others(found: Aggregated, nodes: Sequence[Node], words: ReportWords) -> list[Node]:
    """Return as many groups as a pie can tell apart; the rest becomes one."""
    if len(nodes) <= MOST_SERIES:
        return list(nodes)
    rest = found.joined(nodes[MOST_SERIES - 1 :], OTHERS.in_language(words.language))
    return [*nodes[: MOST_SERIES - 1], rest]


def _without_gaps(found: Aggregated, nodes: list[Node]) -> list[Node]:
    """Put the periods in that have no records, so that a line does not leap over them."""
    keys = [node.key for node in nodes if node.key is not None]
    turned = any(each.by == "TOTAL" or each.descending for each in found.report.orders if each.by != "GROUP2")
    if not keys or not found.levels or not found.levels[0].is_period or turned:
        return nodes
    periods = periods_between(keys[0], keys[-1], found.levels[0].per, MOST_POINTS)
    if periods is None:
        return nodes
    by_key = {node.key: node for node in nodes}
    empty = [node for node in nodes if node.key is None]
    return empty + [by_key.get(key) or Node(key, key, found.joined([], "").tallies) for key in periods]


def _chart(found: Aggregated, words: ReportWords, nodes: Sequence[Node]) -> Chart:
    is_pie = found.report.chart_type == "PIE"
    names = [_name(found, words.key, node, words) for node in nodes]
    mode = Mode(found.report.chart_mode)
    return Chart(
        id=f"chart-{found.report.id}",
        title=found.report.name,
        categories=tuple(names),
        short_categories=tuple(_name(found, words.short_key, node, words) for node in nodes),
        series=tuple(_series(found, words, nodes, is_pie=is_pie)),
        written=lambda value: words.figure(0, Decimal(repr(round(value, 4)))),
        mode=mode,
        counts=all(each.kind == "COUNT" for each in found.report.aggregations),
    )


def _name(found: Aggregated, name: Callable[[int, Key, str], str], node: Node, words: ReportWords) -> str:
    if not found.levels:
        return WHOLE.in_language(words.language)
    return node.name if node.key is None and node.name else name(0, node.key, node.name)


def _series(found: Aggregated, words: ReportWords, nodes: Sequence[Node], *, is_pie: bool) -> list[Series]:
    positions = range(1 if is_pie else len(found.report.aggregations))
    if len(found.levels) < 2 or is_pie:  # noqa: PLR2004 - one level is the axis
        return [
            Series(words.aggregation(position), tuple(_value(words, node, position) for node in nodes))
            for position in positions
        ]
    paths = [_paths(node) for node in nodes]
    wanted = _inner_paths(found, words)
    series = []
    for name, members in wanted:
        for position in positions:
            values = tuple(_joined_value(words, inside, members, position) for inside in paths)
            several = len(found.report.aggregations) > 1
            series.append(Series(f"{name} {words.aggregation(position)}" if several else name, values))
    return series[:MOST_SERIES]


def _paths(node: Node) -> dict[tuple[Key, ...], Node]:
    """Return the innermost groups of one of the first level by their keys."""
    found: dict[tuple[Key, ...], Node] = {}

    def walk(inner: Node, path: tuple[Key, ...]) -> None:
        if not inner.children:
            found[path] = inner
        for child in inner.children:
            walk(child, (*path, child.key))

    walk(node, ())
    return found


def _inner_paths(found: Aggregated, words: ReportWords) -> list[tuple[str, list[tuple[Key, ...]]]]:
    """Return the series of the inner levels with the groups that each is made of; the last may be of all others."""
    named: list[tuple[str, list[tuple[Key, ...]]]] = [("", [()])]
    for depth in range(1, len(found.levels)):
        named = [
            (f"{before} {words.key(depth, key, name)}".strip(), [(*path, key) for path in paths])
            for before, paths in named
            for key, name in found.keys_at(depth)
        ]
    room = MOST_SERIES // len(found.report.aggregations) or 1
    if len(named) <= room:
        return named
    rest = [path for _, paths in named[room - 1 :] for path in paths]
    return [*named[: room - 1], (OTHERS.in_language(words.language), rest)]


def _joined_value(
    words: ReportWords, inside: dict[tuple[Key, ...], Node], members: Sequence[tuple[Key, ...]], position: int
) -> float | None:
    nodes = [inside[path] for path in members if path in inside]
    return _value(words, words.found.joined(nodes, ""), position) if nodes else None


def _value(words: ReportWords, node: Node, position: int) -> float | None:
    figure = words.figure_of(node, position)
    return float(figure) if isinstance(figure, Decimal) else None
