"""What the date functions of queries mean, worked out day by day from the reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

JST = timedelta(hours=9)
DAY = timedelta(days=1)
WEEK = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")


def days_meant(text: str, today: date) -> tuple[date, date]:
    """Return the first day that a call such as LAST_MONTH(31) means and the first one after."""
    name, _, rest = text.rstrip(")").partition("(")
    arguments = [each.strip() for each in rest.split(",") if each.strip()]
    if name in {"TODAY", "YESTERDAY", "TOMORROW"}:
        day = today + {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}[name] * DAY
        return day, day + DAY
    if name == "FROM_TODAY":
        day = _away(today, int(arguments[0]), arguments[1])
        return day, day + DAY
    which, _, unit = name.partition("_")
    step = {"LAST": -1, "THIS": 0, "NEXT": 1}[which]
    return {"WEEK": _week, "MONTH": _month, "YEAR": _year}[unit](today, step, arguments)


def moments_meant(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the same as instants: days begin at midnight in Japan."""
    if text == "NOW()":
        return now, now
    first, after = days_meant(text, (now + JST).date())
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - JST


def _away(today: date, count: int, unit: str) -> date:
    if unit in {"DAYS", "WEEKS"}:
        return today + count * (7 if unit == "WEEKS" else 1) * DAY
    year, month = today.year, today.month
    for _ in range(abs(count) * (12 if unit == "YEARS" else 1)):
        month += 1 if count > 0 else -1
        if month in {0, 13}:
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    return date(year, month, min(today.day, _length(year, month)))


def _length(year: int, month: int) -> int:
    long = {1, 3, 5, 7, 8, 10, 12}
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 31 if month in long else 30


def _week(today: date, step: int, arguments: list[str]) -> tuple[date, date]:
    sunday = today
    while sunday.strftime("%w") != "0":
        sunday -= DAY
    sunday += step * 7 * DAY
    if not arguments:
        return sunday, sunday + 7 * DAY
    day = sunday + WEEK.index(arguments[0]) * DAY
    return day, day + DAY


def _month(today: date, step: int, arguments: list[str]) -> tuple[date, date]:
    first = _away(today.replace(day=1), step, "MONTHS")
    length = _length(first.year, first.month)
    if not arguments:
        return first, first + length * DAY
    day = length if arguments[0] == "LAST" else int(arguments[0])
    # A day that the month lacks is the first of the next one.
    wanted = first + (min(day, length + 1) - 1) * DAY
    return wanted, wanted + DAY


def _year(today: date, step: int, _arguments: list[str]) -> tuple[date, date]:
    return date(today.year + step, 1, 1), date(today.year + step + 1, 1, 1)
