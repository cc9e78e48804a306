"""The functions of dates in queries: each stands for a span of days in the caller's time zone, NOW for an instant."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.sandbox.query.errors import FromTodayUnitError, MonthDayInvalidError, QueryInvalidError, misused
from marketplace.sandbox.query.tree import Call

WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
UNITS = ("DAYS", "WEEKS", "MONTHS", "YEARS")
MAX_OFFSET_DIGITS = 6
ONE_DAY = timedelta(days=1)
LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    def moments(self, timezone: str) -> tuple[datetime, datetime]:
        """Return the first instant of the span and the first one after it."""
        return _midnight(self.start, timezone), _midnight(self.end, timezone)


def _midnight(day: date, timezone: str) -> datetime:
    try:
        return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
    except OverflowError as error:
        raise _out_of_range() from error


def _out_of_range() -> QueryInvalidError:
    return misused("日付が扱える範囲を超えています。", "The date is out of range.")


def span_of(call: Call, today: date) -> Span:
    """Return the days a function means. Raises QueryInvalidError and the errors of its arguments."""
    if call.name not in _SPANS:
        raise misused(
            f"関数{call.name}()は、ここでは使用できません。", f"The function {call.name}() cannot be used here."
        )
    try:
        return _SPANS[call.name](call, today)
    except (OverflowError, ValueError) as error:
        raise _out_of_range() from error


def _day(shift: int) -> Callable[[Call, date], Span]:
    def span(call: Call, today: date) -> Span:
        _require_arguments(call, 0)
        return _single(today + timedelta(days=shift))

    return span


def _from_today(call: Call, today: date) -> Span:
    _require_arguments(call, 2)
    amount_text, unit = call.arguments
    if unit not in UNITS:
        raise FromTodayUnitError
    if not amount_text.lstrip("+-").isdigit() or len(amount_text) > MAX_OFFSET_DIGITS:
        raise misused(
            f"FROM_TODAY()の第1引数「{amount_text}」は、整数で指定します。",
            f'The first argument of FROM_TODAY(), "{amount_text}", must be an integer.',
        )
    amount = int(amount_text)
    if unit in {"DAYS", "WEEKS"}:
        return _single(today + timedelta(days=amount * (7 if unit == "WEEKS" else 1)))
    first = _first_of_month(today, amount * (12 if unit == "YEARS" else 1))
    return _single(first.replace(day=min(today.day, _days_in(first))))


def _week(shift: int) -> Callable[[Call, date], Span]:
    def span(call: Call, today: date) -> Span:
        sunday = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=shift)
        if not call.arguments:
            return Span(sunday, sunday + timedelta(weeks=1))
        _require_arguments(call, 1)
        if call.arguments[0] not in WEEKDAYS:
            raise misused(
                f"{call.name}()の引数「{call.arguments[0]}」は、SUNDAYからSATURDAYまでの曜日で指定します。",
                f'The argument of {call.name}(), "{call.arguments[0]}", must be a day from SUNDAY to SATURDAY.',
            )
        return _single(sunday + timedelta(days=WEEKDAYS.index(call.arguments[0])))

    return span


def _month(shift: int) -> Callable[[Call, date], Span]:
    def span(call: Call, today: date) -> Span:
        first = _first_of_month(today, shift)
        if not call.arguments:
            return Span(first, _first_of_month(first, 1))
        _require_arguments(call, 1)
        return _single(_day_of_month(first, call.arguments[0]))

    return span


def _day_of_month(first: date, wanted: str) -> date:
    """Return one day of a month; a day the month lacks is the first of the next."""
    if wanted == "LAST":
        return first.replace(day=_days_in(first))
    if not wanted.isdigit() or len(wanted) > len(str(LAST_DAY)) or not 1 <= int(wanted) <= LAST_DAY:
        raise MonthDayInvalidError(value=wanted)
    day = int(wanted)
    return first.replace(day=day) if day <= _days_in(first) else _first_of_month(first, 1)


def _year(shift: int) -> Callable[[Call, date], Span]:
    def span(call: Call, today: date) -> Span:
        _require_arguments(call, 0)
        return Span(date(today.year + shift, 1, 1), date(today.year + shift + 1, 1, 1))

    return span


def _require_arguments(call: Call, count: int) -> None:
    if len(call.arguments) != count:
        raise misused(
            f"関数{call.name}()に指定する引数の数が正しくありません。",
            f"The function {call.name}() has the wrong number of arguments.",
        )


def _single(day: date) -> Span:
    return Span(day, day + ONE_DAY)


def _first_of_month(day: date, shift: int) -> date:
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _days_in(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


_SPANS: dict[str, Callable[[Call, date], Span]] = {
    "TODAY": _day(0),
    "YESTERDAY": _day(-1),
    "TOMORROW": _day(1),
    "FROM_TODAY": _from_today,
    "THIS_WEEK": _week(0),
    "LAST_WEEK": _week(-1),
    "NEXT_WEEK": _week(1),
    "THIS_MONTH": _month(0),
    "LAST_MONTH": _month(-1),
    "NEXT_MONTH": _month(1),
    "THIS_YEAR": _year(0),
    "LAST_YEAR": _year(-1),
    "NEXT_YEAR": _year(1),
}
