"""The reports of an app in use, as its settings define them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.settings.store import read_part

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """One level of grouping: by the values of a field, or by periods of its time."""

    code: str
    per: str = ""
    """YEAR, QUARTER, MONTH, WEEK, DAY, HOUR or MINUTE; empty groups by value."""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One figure of a group: COUNT of records, or SUM, AVERAGE, MAX, MIN of a field."""

    kind: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What groups are sorted by: TOTAL, GROUP1, GROUP2 or GROUP3."""

    by: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One graph or table of an app."""

    id: str
    name: str
    chart_type: str
    chart_mode: str
    groups: tuple[Group, ...]
    aggregations: tuple[Aggregation, ...]
    orders: tuple[Order, ...]
    condition: str


def list_reports(session: Session, app: App) -> list[Report]:
    """Return the live reports in their order; the caller has been let into the app."""
    found: dict[str, Document] = read_part(session, app, Stage.LIVE, Part.REPORTS).get("reports") or {}
    ordered = sorted(found.items(), key=lambda item: int(item[1].get("index", 0)))
    return [_report(name, document) for name, document in ordered]


def _report(name: str, document: Document) -> Report:
    counted = (Aggregation("COUNT"),)
    return Report(
        id=str(document.get("id", "")),
        name=name,
        chart_type=str(document.get("chartType", "TABLE")),
        chart_mode=str(document.get("chartMode") or "NORMAL"),
        groups=tuple(Group(each["code"], each.get("per") or "") for each in document.get("groups") or ()),
        aggregations=tuple(
            Aggregation(each["type"], each.get("code") or "") for each in document.get("aggregations") or ()
        )
        or counted,
        orders=tuple(Order(each["by"], each["order"] == "DESC") for each in document.get("sorts") or ()),
        condition=str(document.get("filterCond") or ""),
    )
