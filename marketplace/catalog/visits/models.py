"""Tables of what was counted, and when it was last written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime

BEFORE = ""
"""The day under which all days are summed up that are not kept one by one any more."""


class TemplateDay(Base):
    """What a template got on one day in Japan.

    No foreign key: on PostgreSQL it would wait for the row of a template that is being released.
    """

    __tablename__ = "template_days"
    __table_args__ = (Index("ix_template_days_day", "day"),)
    template_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    views: Mapped[int]
    downloads: Mapped[int]


class CountingRound(Base):
    """One row: when a web process last wrote what it had counted."""

    __tablename__ = "counting_rounds"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
