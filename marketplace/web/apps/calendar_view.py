"""A list as a calendar: one month of days with the records that fall on them."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.kernel.text import Language
from marketplace.web.apps.list_cells import shorten
from marketplace.web.apps.list_state import ListState
from marketplace.web.apps.lists import RecordList
from marketplace.web.apps.sheets import show_value
from marketplace.web.dates import ENGLISH_MONTHS, JAPAN, era_year, local_day

MOST_RECORDS = 500
"""kintone hands out no more at once."""
WITHOUT_HIDING = 4
"""How many records of a day are shown before the rest is folded up."""
WEEKDAYS_JA = ("日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日")
WEEKDAYS_EN = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
EARLIEST_YEAR, LAST_YEAR = 1873, 9998

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on a day."""

    title: str
    address: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the grid."""

    number: int
    spoken: str
    in_month: bool
    is_today: bool
    entries: tuple[Entry, ...]

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The records one sees at once."""
        return self.entries[:WITHOUT_HIDING]

    @property
    def folded(self) -> tuple[Entry, ...]:
        """The records behind "more"."""
        return self.entries[WITHOUT_HIDING:]


@dataclass(frozen=True, slots=True)
class Calendar:
    """One month."""

    heading: str
    weekdays: tuple[tuple[str, str], ...]
    """Short and whole names."""
    weeks: tuple[tuple[Day, ...], ...]
    previous_address: str | None
    next_address: str | None
    today_address: str
    is_cut: bool
    """Tells that the month has more records than are shown."""

    @property
    def count(self) -> int:
        """How many records the month has."""
        return sum(len(day.entries) for day in self.busy_days)

    @property
    def busy_days(self) -> list[Day]:
        """The days of the month that have records."""
        return [day for week in self.weeks for day in week if day.in_month and day.entries]


def read_month(given: str, now: datetime) -> date:
    """Return the first day of the month an address names, else of this month."""
    found = MONTH.fullmatch(given)
    if found and EARLIEST_YEAR <= int(found[1]) <= LAST_YEAR:
        return date(int(found[1]), int(found[2]), 1)
    return local_day(now).replace(day=1)


def month_condition(chosen: RecordList, properties: Mapping[str, Document], month: date) -> str:
    """Return the condition that a record falls on a day of the month's grid, in kintone's language."""
    days = [day for week in _weeks(month) for day in week]
    first, after = days[0], days[-1] + timedelta(days=1)
    code = chosen.date_code
    if properties.get(code, {}).get("type") == "DATE":
        return f'{code} >= "{first.isoformat()}" and {code} < "{after.isoformat()}"'
    return f'{code} >= "{first.isoformat()}T00:00+09:00" and {code} < "{after.isoformat()}T00:00+09:00"'


def _weeks(month: date) -> list[list[date]]:
    return calendar.Calendar(firstweekday=calendar.SUNDAY).monthdatescalendar(month.year, month.month)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a calendar is made for: the app's fields and address, the state of the page, the reader."""

    properties: Mapping[str, Document]
    base: str
    state: ListState
    now: datetime
    language: Language


def lay_out_month(
    sheet: Sheet, chosen: RecordList, month: date, records: Sequence[Document], *, is_cut: bool
) -> Calendar:
    """Return the month with its records."""
    by_day = _by_day(records, chosen, sheet)
    today = local_day(sheet.now)
    weeks = tuple(tuple(_day(day, month, today, by_day[day], sheet.language) for day in week) for week in _weeks(month))
    names = WEEKDAYS_JA if sheet.language is Language.JA else WEEKDAYS_EN
    length = 1 if sheet.language is Language.JA else 3
    return Calendar(
        heading=month_text(month, sheet.language),
        weekdays=tuple((name[:length], name) for name in names),
        weeks=weeks,
        previous_address=_month_address(sheet, month - timedelta(days=1)),
        next_address=_month_address(sheet, month + timedelta(days=31)),
        today_address=sheet.state.at_start(month="").address(sheet.base),
        is_cut=is_cut,
    )


def month_text(month: date, language: Language) -> str:
    """Return a month with its year in both calendars, such as 2026年11月（令和8年）."""
    if language is Language.EN:
        return f"{ENGLISH_MONTHS[month.month - 1]} {month.year}"
    era = era_year(month)
    return f"{month.year}年{month.month}月" + (f"（{era}）" if era else "")


def _month_address(sheet: Sheet, day: date) -> str | None:
    if not EARLIEST_YEAR <= day.year <= LAST_YEAR:
        return None
    return sheet.state.at_start(month=f"{day:%Y-%m}").address(sheet.base)


def _day(day: date, month: date, today: date, entries: Sequence[Entry], language: Language) -> Day:
    names = WEEKDAYS_JA if language is Language.JA else WEEKDAYS_EN
    weekday = names[(day.weekday() + 1) % 7]
    spoken = f"{day.month}月{day.day}日（{weekday[0]}）" if language is Language.JA else f"{weekday[:3]} {day.day}"
    return Day(day.day, spoken, day.month == month.month, day == today, tuple(entries))


def _by_day(records: Sequence[Document], chosen: RecordList, sheet: Sheet) -> dict[date, list[Entry]]:
    found: dict[date, list[Entry]] = defaultdict(list)
    for record in records:
        value = str((record.get(chosen.date_code) or {}).get("value") or "")
        day, time = _when(value)
        if day is not None:
            found[day].append(_entry(record, chosen, time, sheet))
    return found


def _when(value: str) -> tuple[date | None, str]:
    """Return the day in Japan that a value of DATE or of a moment falls on, and the time of day of a moment."""
    try:
        if "T" not in value:
            return date.fromisoformat(value), ""
        local = datetime.fromisoformat(value).astimezone(JAPAN)
    except ValueError:
        return None, ""
    return local.date(), f"{local:%H:%M}"


def _entry(record: Document, chosen: RecordList, time: str, sheet: Sheet) -> Entry:
    number = record["$id"]["value"]
    settings = sheet.properties.get(chosen.title_code, {})
    held = record.get(chosen.title_code) or {}
    title = show_value(str(settings.get("type", "")), held.get("value"), settings, sheet.language).text
    unnamed = f"レコード{number}番" if sheet.language is Language.JA else f"Record {number}"
    return Entry(shorten(title) or unnamed, f"{sheet.base}show?record={number}", time)
