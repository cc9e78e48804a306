"""Sample records name moments relative to the day they are installed; this resolves them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
MOMENT = re.compile(
    r"\{\{(?P<base>today|now)(?:(?P<amount>[+-]\d{1,4})(?P<unit>[hdwmy]))?"
    r"(?: (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d))?\}\}"
)
FISCAL_YEAR = "{{fiscal_year}}"
FIRST_MONTH_OF_FISCAL_YEAR = 4
EARLIEST_YEAR, LATEST_YEAR = 1000, 9000
TIME_TYPES = frozenset({"DATE", "TIME", "DATETIME"})
TEXT_TYPES = frozenset({"NUMBER", "SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT"})


def resolve_text(value: str, field_type: str, now: datetime) -> str:
    """Return a value with its moment resolved, in the form that the type of field takes; other values stay."""
    if field_type in TEXT_TYPES:
        return value.replace(FISCAL_YEAR, str(fiscal_year(now)))
    match = MOMENT.fullmatch(value) if field_type in TIME_TYPES else None
    if match is None:
        return value
    moment = _moment(match, now)
    if field_type == "DATE":
        return moment.strftime("%Y-%m-%d")
    if field_type == "TIME":
        return moment.strftime("%H:%M")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def fiscal_year(now: datetime) -> int:
    """Return the Japanese fiscal year, April to March."""
    local = now.astimezone(TOKYO)
    return local.year if local.month >= FIRST_MONTH_OF_FISCAL_YEAR else local.year - 1


def _moment(match: re.Match[str], now: datetime) -> datetime:
    moment = now.astimezone(TOKYO)
    if match["base"] == "today":
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if match["amount"]:
        moment = _shift(moment, int(match["amount"]), match["unit"])
    if match["hour"]:
        moment = moment.replace(hour=int(match["hour"]), minute=int(match["minute"]))
    return moment


def _shift(moment: datetime, amount: int, unit: str) -> datetime:
    """Move a moment; months and years keep the day of the month where the month has it."""
    match unit:
        case "h":
            return moment + timedelta(hours=amount)
        case "d":
            return moment + timedelta(days=amount)
        case "w":
            return moment + timedelta(weeks=amount)
    months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    year = min(max(year, EARLIEST_YEAR), LATEST_YEAR)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
