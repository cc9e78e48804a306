"""Aggregates the records of an app for a report: the database groups and counts, exact figures are made here.

One statement for each field that figures are made of. It groups by the values themselves beside the groups, so that
sums are of decimals, never of floats, and so that no record has to be loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, literal
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Form
from marketplace.sandbox.models import App
from marketplace.sandbox.principals import find_principals
from marketplace.sandbox.query import compile_condition, parse_query
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.reports.errors import TooManyGroupsError
from marketplace.sandbox.reports.keys import GroupField, Joins, Key, group_field, require_field
from marketplace.sandbox.reports.reading import Order, Report
from marketplace.sandbox.reports.tallies import Figure, Tally, ValueKind, figure_of, kind_of_values, read_value
from marketplace.sandbox.rights.sight import Sight, sight_of

MOST_GROUPS = 10_000
AT_ONCE = 1_000
ONE = Decimal(1)

Keys = tuple[Key, ...]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the reports of which app, and when."""

    session: Session
    caller: Caller
    app: App
    form: Form
    fiscal_month: int
    """The month in which years and quarters begin."""
    now: datetime


@dataclass(slots=True)
class Node:
    """One group: its key, the name people know it by, one tally per aggregation, and the groups inside it."""

    key: Key
    name: str
    tallies: list[Tally]
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """A report over the records as they are."""

    report: Report
    levels: tuple[GroupField, ...]
    kinds: tuple[ValueKind, ...]
    """What the values of each aggregation are."""
    root: Node
    form: Form

    def figure(self, node: Node, position: int) -> Figure:
        """Return one figure of a group, by the position of the aggregation."""
        aggregation = self.report.aggregations[position]
        return figure_of(aggregation.kind, self.kinds[position], node.tallies[position], self.form)

    def keys_at(self, depth: int) -> list[tuple[Key, str]]:
        """Return every key of a level with its name, in the order of the report."""
        nodes = [self.root]
        for _ in range(depth + 1):
            nodes = [child for node in nodes for child in node.children]
        names = {node.key: node.name for node in nodes}
        turned = any(each.by == f"GROUP{depth + 1}" and each.descending for each in self.report.orders)
        level = self.levels[depth]
        known = {key: name for key, name in names.items() if key is not None}
        return sorted(names.items(), key=lambda item: level.sort_key(item[0], known), reverse=turned)

    def joined(self, nodes: Sequence[Node], name: str) -> Node:
        """Return several groups as one, without what is inside them."""
        tallies = [Tally() for _ in self.report.aggregations]
        for node in nodes:
            for tally, other in zip(tallies, node.tallies, strict=True):
                tally.join(other)
        return Node(None, name, tallies)


def aggregate(reader: Reader, report: Report) -> Aggregated:
    """Return a report over the records as they are.

    A field that the caller sees in some records only counts as empty in the others. Raises TooManyGroupsError, and the
    errors of the query language for a filter, or fields, that the form as the caller sees it does not have.
    """
    require(reader.session, reader.caller, reader.app, "view")
    sight = sight_of(reader.form, reader.caller, reader.now)
    form = sight.form
    levels = tuple(group_field(form, group, reader.fiscal_month) for group in report.groups)
    fields = [require_field(form, each.code) if each.code else None for each in report.aggregations]
    kinds = tuple(kind_of_values(each) for each in fields)
    filtered = compile_condition(parse_query(report.condition), form, reader.caller, reader.now, sight.reach)
    condition = and_(filtered, sight.reach.records)
    leaves: dict[Keys, list[Tally]] = {}
    for code in dict.fromkeys(each.code for each in report.aggregations):
        positions = [position for position, each in enumerate(report.aggregations) if each.code == code]
        sought = _Sought(sight, levels, code, kinds[positions[0]], condition)
        _tally(reader.session, sought, leaves, positions, len(kinds))
    names = _names(reader, levels, leaves)
    root = Node(None, "", _sum_up(leaves.values(), len(kinds)))
    root.children = _grow(leaves, levels, names, len(kinds))
    found = Aggregated(report, levels, kinds, root, form)
    _put_in_order(found, root.children, report.orders, 0, names)
    return found


@dataclass(frozen=True, slots=True)
class _Sought:
    """One statement to run: the groups, the field whose values are sought (empty counts records), the condition."""

    sight: Sight
    levels: tuple[GroupField, ...]
    code: str
    kind: ValueKind
    condition: ColumnElement[bool]


def _tally(
    session: Session, sought: _Sought, leaves: dict[Keys, list[Tally]], positions: Sequence[int], width: int
) -> None:
    joins = Joins(sought.sight)
    keys = [level.expression(joins).label(f"key{number}") for number, level in enumerate(sought.levels)]
    valued = sought.sight.form.find(sought.code) if sought.code and sought.kind is not ValueKind.NONE else None
    value = literal(None) if valued is None else joins.text_of(valued)
    # Constants can't be grouped by on every database, and need not be.
    grouped = [each for each in (*(each.element for each in keys), value) if not _is_constant(each)]
    statement = joins.statement.with_only_columns(*keys, value.label("value"), func.count().label("times"))
    counted = statement.where(sought.condition).group_by(*grouped)
    # A refusal must not leave a cursor open on the server.
    with closing(session.execute(counted, execution_options={"yield_per": AT_ONCE})) as rows:
        _take_in(rows, sought, leaves, positions, width)


def _take_in(
    rows: Iterable[Any], sought: _Sought, leaves: dict[Keys, list[Tally]], positions: Sequence[int], width: int
) -> None:
    decode = [_remembering(level.decode) for level in sought.levels]
    read = _remembering(lambda text: read_value(sought.kind, text))
    for *raws, text, times in rows:
        path = tuple([each(raw) for each, raw in zip(decode, raws, strict=True)])
        tallies = leaves.get(path)
        if tallies is None:
            if len(leaves) >= MOST_GROUPS:
                raise TooManyGroupsError(most=MOST_GROUPS)
            tallies = leaves[path] = [Tally() for _ in range(width)]
        value = ONE if not sought.code else read(text) if text else None
        if value is not None:
            for position in positions:
                tallies[position].add(value, times)


def _is_constant(expression: object) -> bool:
    return type(expression) is type(literal(None))


def _remembering(function: Callable[[Any], Found]) -> Callable[[Any], Found]:
    """Return a function that works each of its few arguments out once."""
    known: dict[Any, Found] = {}

    def remember(raw: Any) -> Found:
        if raw not in known:
            known[raw] = function(raw)
        return known[raw]

    return remember


def _names(reader: Reader, levels: Sequence[GroupField], leaves: Mapping[Keys, object]) -> list[dict[str, str]]:
    """Return for each level the names of the people among its keys."""
    wanted = [{path[depth] for path in leaves} if level.people else set() for depth, level in enumerate(levels)]
    asked = {
        (str(level.people), key) for level, keys in zip(levels, wanted, strict=True) for key in keys if key is not None
    }
    directory = find_principals(reader.session, reader.form.site_id, asked)
    return [
        {key: directory.shown(str(level.people), key)["name"] for key in keys if key is not None}
        for level, keys in zip(levels, wanted, strict=True)
    ]


def _sum_up(groups: Iterable[list[Tally]], width: int) -> list[Tally]:
    tallies = [Tally() for _ in range(width)]
    for group in groups:
        for tally, other in zip(tallies, group, strict=True):
            tally.join(other)
    return tallies


def _grow(
    leaves: Mapping[Keys, list[Tally]], levels: Sequence[GroupField], names: Sequence[Mapping[str, str]], width: int
) -> list[Node]:
    """Return the groups of the first level with those inside them."""
    if not levels:
        return []
    inside: dict[Key, dict[Keys, list[Tally]]] = {}
    for path, tallies in leaves.items():
        inside.setdefault(path[0], {})[path[1:]] = tallies
    nodes = []
    for key, rest in inside.items():
        node = Node(key, names[0].get(key or "", key or ""), _sum_up(rest.values(), width))
        node.children = _grow(rest, levels[1:], names[1:], width)
        nodes.append(node)
    return nodes


def _put_in_order(
    found: Aggregated, nodes: list[Node], orders: Sequence[Order], depth: int, names: Sequence[Mapping[str, str]]
) -> None:
    """Sort the groups of a level by its keys, then by what the report says; totals sort the first level."""
    if not nodes:
        return
    level = found.levels[depth]
    nodes.sort(key=lambda node: level.sort_key(node.key, names[depth]))
    for order in reversed(orders):
        if order.by == "TOTAL" and depth == 0:
            nodes.sort(key=lambda node: _rank(found.figure(node, 0)), reverse=order.descending)
        elif order.by == f"GROUP{depth + 1}":
            nodes.sort(key=lambda node: level.sort_key(node.key, names[depth]), reverse=order.descending)
    for node in nodes:
        _put_in_order(found, node.children, orders, depth + 1, names)


def _rank(figure: Figure) -> tuple[int, Decimal, str]:
    if figure is None:
        return (0, Decimal(0), "")
    return (1, figure, "") if isinstance(figure, Decimal) else (1, Decimal(0), figure)
