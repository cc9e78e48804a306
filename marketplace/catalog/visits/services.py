"""Adds up what web processes counted, and sums up old days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.catalog.models import Template
from marketplace.catalog.visits.models import BEFORE, CountingRound, TemplateDay

JAPAN = timezone(timedelta(hours=9), "JST")
DAYS_KEPT = 400
"""Enough to compare a month with the same one a year before."""
ONLY = 1
INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Visits:
    """What was counted of one template on one day."""

    views: int = 0
    downloads: int = 0

    def __add__(self, other: Visits) -> Visits:
        """Add up."""
        return Visits(self.views + other.views, self.downloads + other.downloads)


def day_of(moment: datetime) -> str:
    """Return the day in Japan under which a moment is counted."""
    return moment.astimezone(JAPAN).date().isoformat()


def add_visits(session: Session, counted: Mapping[tuple[str, str], Visits], now: datetime) -> None:
    """Add to the sums, by template and day, and note when that was; the keys go in order, so no two wait in a ring."""
    insert = INSERTS[session.get_bind().dialect.name]
    for (template_id, day), visits in sorted(counted.items(), key=lambda item: item[0]):
        row = insert(TemplateDay).values(
            template_id=template_id, day=day, views=visits.views, downloads=visits.downloads
        )
        added = {
            "views": TemplateDay.views + row.excluded.views,
            "downloads": TemplateDay.downloads + row.excluded.downloads,
        }
        session.execute(row.on_conflict_do_update(index_elements=["template_id", "day"], set_=added))
    written = insert(CountingRound).values(id=ONLY, written_at=now)
    session.execute(
        written.on_conflict_do_update(index_elements=["id"], set_={"written_at": written.excluded.written_at})
    )


def sum_up_old_days(session: Session, now: datetime) -> None:
    """Keep of days long past their sums only."""
    first = (date.fromisoformat(day_of(now)) - timedelta(days=DAYS_KEPT)).isoformat()
    gone = session.execute(
        delete(TemplateDay)
        .where(TemplateDay.day != BEFORE, TemplateDay.day < first)
        .returning(TemplateDay.template_id, TemplateDay.views, TemplateDay.downloads)
        .execution_options(synchronize_session=False)
    ).all()
    if not gone:
        return
    sums: dict[tuple[str, str], Visits] = {}
    for template_id, views, downloads in gone:
        key = (template_id, BEFORE)
        sums[key] = sums.get(key, Visits()) + Visits(views, downloads)
    last = session.get(CountingRound, ONLY)
    add_visits(session, sums, now if last is None else last.written_at)


def forget_visits_of_nothing(session: Session) -> None:
    """Delete what was counted of templates that are not there."""
    there = select(Template.id).where(Template.id == TemplateDay.template_id).exists()
    session.execute(delete(TemplateDay).where(~there).execution_options(synchronize_session=False))
