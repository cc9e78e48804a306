"""Reads what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.catalog.models import Template
from marketplace.catalog.visits.models import CountingRound, TemplateDay
from marketplace.catalog.visits.services import ONLY


@dataclass(frozen=True, slots=True)
class Popularity:
    """How often a template was looked at and fetched: all of it up to a full hour, and what was written down since."""

    views: int = 0
    downloads: int = 0
    counted_at: datetime | None = None
    """None before anything was counted at all."""

    @classmethod
    def of_row(cls, views: int, downloads: int, written_at: datetime | None) -> Popularity:
        """Make it of `popularity_columns`, where the moment is that at which any counts were last written down.

        A moment that moved with each of these would make another answer of what has not changed, whose ETag nobody
        has.
        """
        return cls(views, downloads, written_at and written_at.replace(minute=0, second=0, microsecond=0))


UNKNOWN = Popularity()


def popularity_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns of `Popularity.of_row` for a query of templates: so they cost no statement of their own."""
    template, day, counting = Template.__table__, TemplateDay.__table__.c, CountingRound.__table__.c
    own = day.template_id == template.c.id
    views = select(func.coalesce(func.sum(day.views), 0)).where(own)
    downloads = select(func.coalesce(func.sum(day.downloads), 0)).where(own)
    return (
        views.correlate(template).scalar_subquery(),
        downloads.correlate(template).scalar_subquery(),
        select(counting.written_at).where(counting.id == ONLY).scalar_subquery(),
    )


def find_last_counting(session: Session) -> datetime | None:
    """Return when counts were last written; None before the first time."""
    return session.scalar(select(CountingRound.written_at).where(CountingRound.id == ONLY))


def count_visits_of_nothing(session: Session) -> int:
    """Return how many templates have counts and are not there."""
    there = select(Template.id).where(Template.id == TemplateDay.template_id).exists()
    return session.scalar(select(func.count(TemplateDay.template_id.distinct())).where(~there)) or 0
