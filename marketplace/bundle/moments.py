"""Moments in sample records ({{today+30d}}, {{fiscal_year}}): resolved at install, so that samples never look old."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.bundle.model import JsonObject

TOKYO = ZoneInfo("Asia/Tokyo")
MOMENT = re.compile(
    r"\{\{(?P<base>today|now)(?P<amount>[+-][0-9]{1,3})?(?(amount)(?P<unit>[dwmyh]))"
    r"(?: (?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9]))?\}\}",
)
FISCAL_YEAR = "{{fiscal_year}}"
FIRST_MONTH_OF_FISCAL_YEAR = 4
FISCAL_YEAR_TYPES = frozenset({"SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT", "NUMBER", "LINK"})
MOMENT_TYPES = frozenset({"DATE", "DATETIME", "TIME"})


def is_moment(value: str) -> bool:
    """Tell whether a value is a moment as sample records write it."""
    return MOMENT.fullmatch(value) is not None


def resolve_records(content: JsonObject, fields: Mapping[str, JsonObject], now: datetime) -> JsonObject:
    """Return records.json with each moment replaced by a value kintone takes; `now` must know its zone."""
    return {**content, "records": [_resolve_record(record, fields, now) for record in content["records"]]}


def resolve_value(value: str, type_: str, now: datetime) -> str:
    """Return the value of one field with its moments resolved, in the shape kintone takes for the type."""
    if type_ in FISCAL_YEAR_TYPES:
        return value.replace(FISCAL_YEAR, str(fiscal_year(now)))
    match = MOMENT.fullmatch(value) if type_ in MOMENT_TYPES else None
    return _written(_moment(match, now), type_) if match else value


def fiscal_year(now: datetime) -> int:
    """Return the Japanese fiscal year (April to March) of a moment."""
    local = now.astimezone(TOKYO)
    return local.year - (local.month < FIRST_MONTH_OF_FISCAL_YEAR)


def _resolve_record(record: JsonObject, fields: Mapping[str, JsonObject], now: datetime) -> JsonObject:
    return {code: _resolve_cell(cell, fields.get(code, {}), now) for code, cell in record.items()}


def _resolve_cell(cell: JsonObject, field: JsonObject, now: datetime) -> JsonObject:
    value: Any = cell.get("value")
    if isinstance(value, str):
        return {**cell, "value": resolve_value(value, str(field.get("type")), now)}
    if field.get("type") == "SUBTABLE" and isinstance(value, list):
        rows = [{**row, "value": _resolve_record(row["value"], field["fields"], now)} for row in value]
        return {**cell, "value": rows}
    return cell


def _moment(match: re.Match[str], now: datetime) -> datetime:
    local = now.astimezone(TOKYO)
    if match["base"] == "today":
        local = datetime.combine(local.date(), time(), TOKYO)
    if match["amount"]:
        local = _shift(local, int(match["amount"]), match["unit"])
    if match["hour"]:
        local = local.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0)
    return local


def _shift(moment: datetime, amount: int, unit: str) -> datetime:
    spans = {"h": timedelta(hours=amount), "d": timedelta(days=amount), "w": timedelta(weeks=amount)}
    if unit in spans:
        return moment + spans[unit]
    months = moment.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    # The 31st becomes the last day of a shorter month.
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return datetime.combine(date(year, month, day), moment.timetz())


def _written(moment: datetime, type_: str) -> str:
    if type_ == "DATE":
        return moment.strftime("%Y-%m-%d")
    if type_ == "TIME":
        return moment.strftime("%H:%M")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
