"""Dates as people read them: the western year with the Japanese era beside it, times in Japan."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from marketplace.kernel.text import Language

# Japan has had one time zone without summer time since 1952.
JAPAN = timezone(timedelta(hours=9), "JST")

# First day of each era, and the year that counts as its first; Meiji from the day Japan took the western calendar.
ERAS = (
    (date(2019, 5, 1), 2019, "令和"),
    (date(1989, 1, 8), 1989, "平成"),
    (date(1926, 12, 25), 1926, "昭和"),
    (date(1912, 7, 30), 1912, "大正"),
    (date(1873, 1, 1), 1868, "明治"),
)
ENGLISH_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads better than a list of twelve
)


def era_year(day: date) -> str | None:
    """Return the year in its era, such as 令和8年 or 平成元年; None before 1873."""
    for start, first_year, name in ERAS:
        if day >= start:
            year = day.year - first_year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return None


def day_text(day: date, language: Language) -> str:
    """Return a date as 2026年11月23日（令和8年）, or 23 November 2026."""
    if language is Language.EN:
        return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
    written = f"{day.year}年{day.month}月{day.day}日"
    era = era_year(day)
    return f"{written}（{era}）" if era else written


def month_text(month: int, language: Language) -> str:
    """Return a month of any year as 3月, or March."""
    return ENGLISH_MONTHS[month - 1] if language is Language.EN else f"{month}月"


def moment_text(moment: datetime, language: Language) -> str:
    """Return a moment as date and time of day in Japan."""
    local = moment.astimezone(JAPAN)
    return f"{day_text(local.date(), language)} {local:%H:%M}"


def local_day(moment: datetime) -> date:
    """Return the day it is in Japan at that moment."""
    return moment.astimezone(JAPAN).date()
