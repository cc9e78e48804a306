"""Periods of time that reports group by; each is named by its beginning, as a text that sorts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS_OF = {"YEAR": 12, "QUARTER": 3, "MONTH": 1}
HOUR_LETTERS, MINUTE_LETTERS = 2, 5


@lru_cache(maxsize=64)
def has_whole_hours(timezone: str) -> bool:
    """Tell whether a time zone is whole hours away from UTC, in summer as in winter."""
    zone = ZoneInfo(timezone)
    moments = (datetime(year, month, 1, tzinfo=zone) for year in range(1970, 2040, 5) for month in (1, 7))
    return all((moment.utcoffset() or timedelta()) % timedelta(hours=1) == timedelta() for moment in moments)


def period_of_day(day: date, per: str, fiscal_month: int) -> str:
    """Return the period a day belongs to; years and quarters begin with the app's fiscal year, weeks on Sunday."""
    if per in MONTHS_OF:
        length = MONTHS_OF[per]
        months = day.year * 12 + day.month - 1
        first = months - (months - (fiscal_month - 1)) % length
        return f"{first // 12:04}-{first % 12 + 1:02}-01"
    if per == "WEEK":
        back = (day.weekday() + 1) % 7
        # The first days of all lie in a week that began before time did.
        return (day - timedelta(days=min(back, day.toordinal() - 1))).isoformat()
    return day.isoformat()


def period_of_moment(moment: datetime, per: str, fiscal_month: int, timezone: str) -> str:
    """Return the period of a moment, in the time zone of the site."""
    local = moment.astimezone(ZoneInfo(timezone))
    match per:
        case "HOUR":
            return f"{local:%Y-%m-%dT%H}"
        case "MINUTE" | "":
            return f"{local:%Y-%m-%dT%H:%M}"
        case _:
            return period_of_day(local.date(), per, fiscal_month)


def period_of_time(text: str, per: str) -> str:
    """Return the hour or the minute of a time of day."""
    return text[:HOUR_LETTERS] if per == "HOUR" else text[:MINUTE_LETTERS]


def periods_between(first: str, last: str, per: str, most: int) -> list[str] | None:
    """Return every period from one to another; None if there are too many, or for periods within a day."""
    if per not in {*MONTHS_OF, "WEEK", "DAY"}:
        return None
    found = [first]
    while found[-1] < last:
        if len(found) >= most:
            return None
        found.append(_following(date.fromisoformat(found[-1]), per))
    return found


def _following(start: date, per: str) -> str:
    if per not in MONTHS_OF:
        return (start + timedelta(days=7 if per == "WEEK" else 1)).isoformat()
    months = start.year * 12 + start.month - 1 + MONTHS_OF[per]
    return f"{months // 12:04}-{months % 12 + 1:02}-01"
