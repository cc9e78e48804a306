from datetime import UTC, date, datetime

import pytest

from marketplace.kernel.text import Language
from marketplace.web.dates import day_text, era_year, local_day, moment_text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1912, 7, 30), "大正元年"),
        (date(1912, 7, 29), "明治45年"),
        (date(1873, 1, 1), "明治6年"),
        (date(1872, 12, 31), None),
    ],
)
def test_an_era_begins_on_its_first_day(day, expected):
    assert era_year(day) == expected


def test_a_date_shows_the_western_year_and_the_era():
    assert day_text(date(2026, 11, 23), Language.JA) == "2026年11月23日（令和8年）"


def test_a_date_before_the_eras_shows_the_western_year_alone():
    assert day_text(date(1850, 3, 1), Language.JA) == "1850年3月1日"


def test_a_date_in_english_names_the_month():
    assert day_text(date(2026, 11, 23), Language.EN) == "23 November 2026"


def test_a_moment_is_told_in_the_time_of_japan():
    assert moment_text(datetime(2026, 11, 22, 16, 5, tzinfo=UTC), Language.JA) == "2026年11月23日（令和8年） 01:05"


def test_the_day_of_a_moment_is_the_day_in_japan():
    assert local_day(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)
