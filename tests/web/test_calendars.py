"""A list as a calendar: the month, its days, and the way to other months."""

from __future__ import annotations

import pytest

from tests.web.conftest import words
from tests.web.test_lists_of_records import address


@pytest.fixture
def calendar(installed_app):
    """An app whose list is a calendar of the day of receipt."""
    month = {"type": "CALENDAR", "index": "0", "date": "受付日", "title": "件名", "filterCond": '地区 not in ("西")'}
    moments = {**month, "index": "1", "date": "来庁日時"}
    installed_app.set_parts(views={"受付": month, "来庁": moments})
    return installed_app


def entries(page):
    """Return the titles of the grid by the number of the day."""
    found = {}
    for cell in page.select(".month td"):
        for link in cell.select("a"):
            found.setdefault(cell.select_one(".day").get_text().split()[0], []).append(link.get_text(" ", strip=True))
    return found


def test_records_stand_on_their_days(sign_in, calendar):
    calendar.add(件名="甲", 受付日="2026-11-05", 地区="東")
    calendar.add(件名="乙", 受付日="2026-11-05")
    calendar.add(件名="丙", 受付日="2026-11-05", 地区="西")
    calendar.add(件名="丁", 受付日="2026-12-31")
    page = sign_in("reader").read(calendar.base)
    assert entries(page) == {"5": ["甲", "乙"]}
    assert "この月に2件" in words(page)
    assert page.select_one(".month a")["href"] == f"{calendar.base}show?record=1"


@pytest.mark.parametrize(
    ("sort", "expected"), [("件名 asc", ["乙", "甲"]), ("受付日 desc, 件名 asc", ["乙", "甲"]), ("", ["甲", "乙"])]
)
def test_a_day_is_in_the_order_of_the_list(sign_in, calendar, sort, expected):
    view = {"type": "CALENDAR", "index": "0", "date": "受付日", "title": "件名", "filterCond": "", "sort": sort}
    calendar.set_parts(views={"受付": view})
    calendar.add(件名="甲", 受付日="2026-11-05")
    calendar.add(件名="乙", 受付日="2026-11-05")
    assert entries(sign_in("reader").read(calendar.base)) == {"5": expected}


def test_the_heading_tells_both_calendars_and_today_is_marked(sign_in, calendar):
    page = sign_in("reader").read(calendar.base)
    assert page.select_one("#calendar-heading").get_text() == "2026年11月（令和8年）"
    assert page.select_one("[aria-current=date]").get_text(" ", strip=True) == "23 今日"
    assert page.select_one(".month th")["abbr"] == "日曜日"


def test_other_months_are_one_step_away(sign_in, calendar):
    calendar.add(件名="丁", 受付日="2026-12-31")
    browser = sign_in("reader")
    page = browser.read(browser.read(calendar.base).find("a", rel="next")["href"])
    assert page.select_one("#calendar-heading").get_text() == "2026年12月（令和8年）"
    assert entries(page) == {"31": ["丁"]}
    page = browser.read(browser.read(calendar.base).find("a", rel="prev")["href"])
    assert page.select_one("#calendar-heading").get_text() == "2026年10月（令和8年）"


def test_a_moment_counts_on_its_day_in_japan(sign_in, calendar):
    calendar.add(件名="夜", 来庁日時="2026-11-04T15:30:00Z")
    page = sign_in("reader").read(address(calendar.base, view="来庁"))
    assert entries(page) == {"5": ["00:30 夜"]}


def test_a_record_without_a_title_is_named_by_its_number(sign_in, calendar):
    calendar.add(受付日="2026-11-05")
    assert entries(sign_in("reader").read(calendar.base)) == {"5": ["レコード1番"]}


def test_a_busy_day_folds_its_later_records(sign_in, calendar):
    calendar.add_many(*({"件名": f"件{n}", "受付日": "2026-11-05"} for n in range(7)))
    page = sign_in("reader").read(calendar.base)
    assert page.select_one(".month details summary").get_text() == "ほか3件"
    assert len(entries(page)["5"]) == 7


def test_a_phone_gets_the_days_that_have_records(sign_in, calendar):
    calendar.add(件名="甲", 受付日="2026-11-05")
    page = sign_in("reader").read(calendar.base)
    assert [heading.get_text(strip=True) for heading in page.select(".days h3")] == ["11月5日（木）"]
    assert page.select_one(".days li a").get_text(strip=True) == "甲"


def test_a_calendar_can_be_filtered_and_searched(sign_in, calendar):
    calendar.add(件名="道路", 受付日="2026-11-05")
    calendar.add(件名="街灯", 受付日="2026-11-06")
    browser = sign_in("reader")
    assert entries(browser.read(address(calendar.base, q="街灯"))) == {"6": ["街灯"]}
    assert entries(browser.read(address(calendar.base, f1="件名", o1="is", v1="道路"))) == {"5": ["道路"]}


@pytest.mark.parametrize("month", ["2026-13", "9999-12", "0000-01", "x", "２０２６-01", "1872-12"])
def test_a_month_that_makes_no_sense_is_this_month(sign_in, calendar, month):
    page = sign_in("reader").read(address(calendar.base, month=month))
    assert page.select_one("#calendar-heading").get_text() == "2026年11月（令和8年）"


@pytest.mark.parametrize(("month", "absent"), [("1873-01", "prev"), ("9998-12", "next")])
def test_time_ends_somewhere(sign_in, calendar, month, absent):
    assert sign_in("reader").read(address(calendar.base, month=month)).find("a", rel=absent) is None


def test_a_month_without_records_says_so(sign_in, calendar):
    assert "この月のレコードはありません。" in words(sign_in("reader").read(calendar.base))


def test_english_readers_get_english_months(sign_in, calendar):
    page = sign_in("reader").read(address(calendar.base, lang="en"))
    assert page.select_one("#calendar-heading").get_text() == "November 2026"
