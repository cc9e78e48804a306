"""The same reports worked out record by record in plain Python, as slowly and simply as possible."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

JAPAN = timezone(timedelta(hours=9))
FISCAL_MONTH = 4


def aggregate_plainly(
    records: list[dict[str, Any]], groups: list[tuple[str, str]], aggregations: list[tuple[str, str]]
) -> dict[tuple[str | None, ...], tuple[Any, ...]]:
    """Return the figures of each group by its keys; records have the shape of REST answers."""
    found: dict[tuple[str | None, ...], list[dict[str, Any]]] = {}
    for record in records:
        for keys in itertools.product(*(_keys(record[code], per) for code, per in groups)):
            found.setdefault(keys, []).append(record)
    return {keys: tuple(_figure(inside, *each) for each in aggregations) for keys, inside in found.items()}


def _keys(cell: dict[str, Any], per: str) -> list[str | None]:
    value = cell["value"]
    if isinstance(value, dict):
        return [value["code"]]
    if isinstance(value, list):
        return [each["code"] if isinstance(each, dict) else each for each in value] or [None]
    if not value:
        return [None]
    if cell["type"] == "DATE":
        return [_period(date.fromisoformat(value), per)]
    if cell["type"] in {"DATETIME", "CREATED_TIME"}:
        local = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(JAPAN)
        shown = {"HOUR": "%Y-%m-%dT%H", "MINUTE": "%Y-%m-%dT%H:%M", "": "%Y-%m-%dT%H:%M"}
        return [local.strftime(shown[per]) if per in shown else _period(local.date(), per)]
    return [value]


def _period(day: date, per: str) -> str:
    """Step back day by day until the period begins."""
    begins = {
        "YEAR": lambda: day.day == 1 and day.month == FISCAL_MONTH,
        "QUARTER": lambda: day.day == 1 and day.month in {1, 4, 7, 10},
        "MONTH": lambda: day.day == 1,
        "WEEK": lambda: day.strftime("%a") == "Sun",
    }
    while per in begins and not begins[per]():
        day -= timedelta(days=1)
    return day.isoformat()


def _figure(records: list[dict[str, Any]], kind: str, code: str) -> Any:
    if kind == "COUNT":
        return Decimal(len(records))
    values = [Decimal(each[code]["value"]) for each in records if each[code]["value"]]
    if kind == "SUM":
        return sum(values, Decimal(0))
    if not values:
        return None
    if kind == "AVERAGE":
        return (sum(values) / len(values)).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    return max(values) if kind == "MAX" else min(values)
