"""Days long past are kept as their sum."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.catalog.visits.models import BEFORE, CountingRound, TemplateDay
from marketplace.catalog.visits.services import DAYS_KEPT, Visits, add_visits, day_of, sum_up_old_days


def rows(session):
    return {(row.template_id, row.day): (row.views, row.downloads) for row in session.scalars(select(TemplateDay))}


def test_old_days_become_one_and_nothing_is_lost(session, clock):
    now = clock()
    days = [day_of(now - timedelta(days=days)) for days in (0, DAYS_KEPT, DAYS_KEPT + 1, DAYS_KEPT + 2)]
    add_visits(session, {("a", day): Visits(10**number, number) for number, day in enumerate(days)}, now)
    add_visits(session, {("b", days[3]): Visits(5, 5)}, now)
    clock.advance(seconds=9)
    for _ in range(2):
        sum_up_old_days(session, now)
    session.expire_all()
    expected = {("a", days[0]): (1, 0), ("a", days[1]): (10, 1), ("a", BEFORE): (1100, 5), ("b", BEFORE): (5, 5)}
    assert rows(session) == expected
    assert session.scalars(select(CountingRound.written_at)).one() == now, "summing up is no counting"


def test_the_sum_grows_with_what_becomes_old(session, clock):
    now = clock()
    add_visits(session, {("a", BEFORE): Visits(1, 1), ("a", "2020-01-01"): Visits(2, 3)}, now)
    sum_up_old_days(session, now)
    session.expire_all()
    assert rows(session) == {("a", BEFORE): (3, 4)}
