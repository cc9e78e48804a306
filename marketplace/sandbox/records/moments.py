"""Dates, times and moments as records hold them: texts that sort like what they denote."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAST_HOUR, LAST_MINUTE = 23, 59
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?")
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")


def read_date(text: str) -> str | None:
    """Return a date as YYYY-MM-DD; a missing month or day counts as the first. None if it is no date."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)).isoformat()
    except ValueError:
        return None


def read_time(text: str) -> str | None:
    """Return a time of day as HH:MM, its seconds cut. None if it is none."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)).strftime("%H:%M")
    except ValueError:
        return None


def read_moment(text: str) -> str | None:
    """Return a moment in UTC, in whole minutes. None if it is none; without an offset it counts as UTC."""
    moment = parse_moment(text)
    return None if moment is None else write_moment(moment)


def parse_moment(text: str) -> datetime | None:
    """Return the moment an ISO 8601 text denotes; a date alone means its first minute."""
    day_text, _, rest = text.strip().partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    clock, offset = _split_offset(rest)
    clock_text = read_time(clock) if rest else "00:00"
    if clock_text is None or offset is None:
        return None
    try:
        return datetime.fromisoformat(f"{day}T{clock_text}").replace(tzinfo=UTC) - offset
    except OverflowError:
        return None


def _split_offset(rest: str) -> tuple[str, timedelta | None]:
    """Return the time of day and the offset behind it; None marks an impossible offset."""
    if rest.endswith("Z"):
        return rest[:-1], timedelta()
    found = _OFFSET.search(rest)
    if not found:
        return rest, timedelta()
    hours, minutes = int(found[2]), int(found[3])
    if found.end() != len(rest) or hours > LAST_HOUR or minutes > LAST_MINUTE:
        return rest, None
    offset = timedelta(hours=hours, minutes=minutes)
    return rest[: found.start()], offset if found[1] == "+" else -offset


def write_moment(moment: datetime) -> str:
    """Return a moment as records show it: UTC, whole minutes; years keep four digits."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='minutes')}:00Z"


def to_minute(moment: datetime) -> datetime:
    """Return a moment with its seconds cut."""
    return moment.replace(second=0, microsecond=0)


def local_date(moment: datetime, timezone: str) -> date:
    """Return the day a moment falls on in a time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()
