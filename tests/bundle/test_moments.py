"""Moments in sample records are counted from the install, in Japanese time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bundle.moments import fiscal_year, is_moment, resolve_records, resolve_value

NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)  # the first of April, 00:30, in Japan


@pytest.mark.parametrize(
    ("value", "type_", "resolved"),
    [
        ("{{today}}", "DATE", "2026-04-01"),
        ("{{today+30d}}", "DATE", "2026-05-01"),
        ("{{today-2w}}", "DATE", "2026-03-18"),
        ("{{today+1m}}", "DATE", "2026-05-01"),
        ("{{today-1y}}", "DATE", "2025-04-01"),
        ("{{now}}", "DATE", "2026-04-01"),
        ("{{now-1h}}", "DATE", "2026-03-31"),
        ("{{now}}", "TIME", "00:30"),
        ("{{now+3h}}", "TIME", "03:30"),
        ("{{today}}", "DATETIME", "2026-03-31T15:00:00Z"),
        ("{{today+1d 10:00}}", "DATETIME", "2026-04-02T01:00:00Z"),
        ("{{today 9:05}}", "DATETIME", "2026-04-01T00:05:00Z"),
        ("{{now-3h}}", "DATETIME", "2026-03-31T12:30:00Z"),
        ("{{fiscal_year}}", "NUMBER", "2026"),
        ("R{{fiscal_year}}-001", "SINGLE_LINE_TEXT", "R2026-001"),
        ("{{today}}", "SINGLE_LINE_TEXT", "{{today}}"),
        ("2026-04-01", "DATE", "2026-04-01"),
        ("{{today+1}}", "DATE", "{{today+1}}"),
    ],
)
def test_a_moment_is_written_as_its_field_takes_it(value, type_, resolved):
    assert resolve_value(value, type_, NOW) == resolved


def test_the_31st_becomes_the_last_day_of_a_shorter_month():
    january = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)
    assert resolve_value("{{today+1m}}", "DATE", january) == "2026-02-28"


@pytest.mark.parametrize(("moment", "year"), [(datetime(2026, 3, 31, 14, 59, tzinfo=UTC), 2025), (NOW, 2026)])
def test_the_fiscal_year_begins_in_april(moment, year):
    assert fiscal_year(moment) == year


def test_records_and_the_rows_of_their_tables_are_resolved():
    fields = {
        "日付": {"type": "DATE"},
        "明細": {"type": "SUBTABLE", "fields": {"時刻": {"type": "TIME"}, "備考": {"type": "SINGLE_LINE_TEXT"}}},
    }
    row = {"value": {"時刻": {"value": "{{now}}"}, "備考": {"value": "{{fiscal_year}}年度"}}}
    content = {"records": [{"日付": {"value": "{{today}}"}, "明細": {"value": [row]}, "$status": {"value": "受付"}}]}
    resolved = resolve_records(content, fields, NOW)["records"][0]
    assert resolved["日付"] == {"value": "2026-04-01"}
    assert resolved["明細"]["value"][0]["value"] == {"時刻": {"value": "00:30"}, "備考": {"value": "2026年度"}}
    assert resolved["$status"] == {"value": "受付"}


@settings(deadline=None)
@given(
    base=st.sampled_from(["today", "now"]),
    amount=st.integers(-999, 999),
    unit=st.sampled_from("dwmyh"),
    now=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given
    type_=st.sampled_from(["DATE", "TIME", "DATETIME"]),
)
def test_every_moment_that_can_be_written_can_be_resolved(base, amount, unit, now, type_):
    value = f"{{{{{base}{amount:+d}{unit}}}}}"
    assert is_moment(value)
    assert "{" not in resolve_value(value, type_, now)
