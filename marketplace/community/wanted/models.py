"""Tables of the wanted list."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.community.models import Hideable
from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class WantedState(StrEnum):
    """How far a wanted app is."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    CLOSED = "closed"


class WantedApp(Hideable, Base):
    """An app that a municipality wishes for."""

    __tablename__ = "wanted_apps"
    __table_args__ = (CheckConstraint("month BETWEEN 1 AND 12", name="month"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    """What it should do, as plain text; faces escape it."""
    category: Mapped[str]
    department: Mapped[str]
    """Empty when none is named."""
    month: Mapped[int | None]
    """By which month of the year it is needed."""
    state: Mapped[WantedState] = mapped_column(default=WantedState.OPEN)
    answer_id: Mapped[str | None]
    """The answer that fulfilled it. No foreign key: answers refer to wanted apps already."""
    reason: Mapped[str]
    """Why it was closed; empty otherwise."""
    vote_count: Mapped[int] = mapped_column(default=0)
    written_by: Mapped[str | None]
    """The person who wrote it last; None when a token did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WantedVote(Base):
    """Another municipality wants the same."""

    __tablename__ = "wanted_votes"
    wanted_id: Mapped[str] = mapped_column(ForeignKey("wanted_apps.id"), primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True)
    voted_by: Mapped[str | None]
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WantedAnswer(Hideable, Base):
    """A template that somebody says can be used."""

    __tablename__ = "wanted_answers"
    __table_args__ = (
        UniqueConstraint("wanted_id", "template_id"),
        Index("ix_wanted_answers_template_id", "template_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    wanted_id: Mapped[str] = mapped_column(ForeignKey("wanted_apps.id"))
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    text: Mapped[str]
    written_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
