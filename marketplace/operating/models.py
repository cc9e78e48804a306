"""The tables of the last housekeeping and of what people reported."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class HousekeepingRound(Base):
    """One row: the last time that everything that is kept for a while only was gone through."""

    __tablename__ = "housekeeping_rounds"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_parts: Mapped[int]
    """How many parts of the work failed; the log says why."""


class WatchedCommand(StrEnum):
    """What the operator runs by a timer, and sees the end of on the page."""

    BACKUP = "backup"
    DOCTOR = "doctor"


class CommandOutcome(Base):
    """How a command ended last, one row each."""

    __tablename__ = "command_outcomes"
    command: Mapped[str] = mapped_column(primary_key=True)
    """One of WatchedCommand."""
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    """Of a backup the files that were lost already, of the doctor what was found and not mended; 0 is well."""


class ReportedKind(StrEnum):
    """What can be reported."""

    TEMPLATE = "template"
    REVIEW = "review"
    STORY = "story"
    WANTED_APP = "wanted-app"
    WANTED_ANSWER = "wanted-answer"


class ReportReason(StrEnum):
    """Why something is reported."""

    PERSONAL_DATA = "personal-data"
    UNLAWFUL = "unlawful"
    RIGHTS = "rights"
    MISLEADING = "misleading"
    HARMFUL = "harmful"
    OTHER = "other"


class ReportOutcome(StrEnum):
    """What the operator did about a report."""

    NOTHING = "nothing"
    CONTACTED = "contacted"
    REMOVED = "removed"


class Report(Base):
    """What somebody told the operator of something that is public; it outlives what it tells of."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_settled_at_created_at", "settled_at", "created_at"),
        Index("ix_reports_reported_by_created_at", "reported_by", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[ReportedKind]
    subject_id: Mapped[str]
    title: Mapped[str]
    """The name it had when it was reported."""
    publisher_code: Mapped[str]
    """Of the template that it is, or is about; with the slug it makes the address. Else who wrote it."""
    slug: Mapped[str]
    """Empty for a wanted app or an answer."""
    wanted_id: Mapped[str | None]
    """The wanted app that it is, or answers."""
    reason: Mapped[ReportReason]
    text: Mapped[str]
    """Plain text; faces escape it."""
    reported_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[ReportOutcome | None]
    """None until somebody of the operator has dealt with it."""
    note: Mapped[str]
    settled_by: Mapped[str | None]
    """Name of the person of the operator."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
