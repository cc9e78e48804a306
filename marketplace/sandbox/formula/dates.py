"""DATE_FORMAT: moments as text in a pattern of letters; and moments as the seconds formulas compute with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

EARLIEST, LATEST = -30_610_224_000, 253_402_300_799
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
_TOKEN = re.compile(r"Y+|y+|M+|d+|H+|h+|m+|s+|a+|.", re.DOTALL)
_SHORT_YEAR, _SHORT_MONTH = 2, 3
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def moment_of(seconds: Decimal) -> datetime | None:
    """Return the moment that Unix seconds denote; None outside the years that formulas know."""
    if not EARLIEST <= seconds <= LATEST:
        return None
    return EPOCH + timedelta(seconds=int(seconds.to_integral_value(ROUND_FLOOR)))


def seconds_of(moment: datetime) -> Decimal:
    """Return the Unix seconds of a moment."""
    return Decimal((moment - EPOCH) // timedelta(seconds=1))


def seconds_of_date(text: str) -> Decimal:
    """Return the Unix seconds of a stored date at midnight in UTC."""
    return Decimal((date.fromisoformat(text) - EPOCH.date()).days * DAY)


def seconds_of_time(text: str) -> Decimal:
    """Return the seconds from midnight to a stored time of day."""
    hours, minutes = text.split(":")
    return Decimal(int(hours) * 3600 + int(minutes) * 60)


def format_moment(seconds: Decimal, pattern: str, zone: str, site_zone: str) -> str | None:
    """Return a moment as text; "system" is the zone of the site. None for unknown zones and years out of range."""
    moment = moment_of(seconds)
    name = site_zone if zone == "system" else zone
    if moment is None or name not in _zones():
        return None
    try:
        local = moment.astimezone(ZoneInfo(name))
    except OverflowError:
        return None
    return "".join(_shown(token, local) for token in _TOKEN.findall(pattern))


def _shown(token: str, local: datetime) -> str:
    letter = "Y" if token[0] == "y" else token[0]
    if letter == "Y":
        return f"{local.year % 100:02d}" if len(token) == _SHORT_YEAR else f"{local.year:04d}"
    if letter == "M" and len(token) >= _SHORT_MONTH:
        name = _MONTHS[local.month - 1]
        return name[:3] if len(token) == _SHORT_MONTH else name
    if letter == "a":
        return "AM" if local.hour < 12 else "PM"  # noqa: PLR2004 - noon
    number = _NUMBERS.get(letter)
    return token if number is None else f"{number(local):0{len(token)}d}"


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "M": lambda local: local.month,
    "d": lambda local: local.day,
    "H": lambda local: local.hour,
    "h": lambda local: (local.hour + 11) % 12 + 1,
    "m": lambda local: local.minute,
    "s": lambda local: local.second,
}
