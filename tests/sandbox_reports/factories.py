"""Reports of an app, and what they say as plain values."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App
from marketplace.sandbox.reports.aggregating import Aggregated, Node, Reader, aggregate
from marketplace.sandbox.reports.reading import Aggregation, Group, Order, Report
from tests.sandbox_records.factories import NOW, caller


def make_report(*groups: tuple[str, str] | str, **changes: Any) -> Report:
    """Return a report that counts records by some fields."""
    levels = tuple(Group(each) if isinstance(each, str) else Group(*each) for each in groups)
    made = {
        "id": "1", "name": "件数", "chart_type": "TABLE", "chart_mode": "NORMAL", "groups": levels,
        "aggregations": (Aggregation("COUNT"),), "orders": (), "condition": "",
    }  # fmt: skip
    return Report(**{**made, **changes})


def run(session: Session, app: App, report: Report) -> Aggregated:
    """Return a report over the records as an administrator reads it."""
    return aggregate(Reader(session, caller("admin"), app, live_form(session, app), 4, NOW), report)


def leaves(found: Aggregated) -> dict[tuple[str | None, ...], tuple[Any, ...]]:
    """Return the figures of the innermost groups by their keys, in their order."""
    return dict(_leaves(found, found.root, ()))


def _leaves(found: Aggregated, node: Node, path: tuple[str | None, ...]) -> Any:
    if len(path) == len(found.levels):
        yield path, tuple(found.figure(node, position) for position in range(len(found.kinds)))
    for child in node.children:
        yield from _leaves(found, child, (*path, child.key))


def order(*pairs: tuple[str, str]) -> tuple[Order, ...]:
    """Return orders out of pairs such as ("TOTAL", "DESC")."""
    return tuple(Order(by, direction == "DESC") for by, direction in pairs)
