"""The tables of reviews and stories, and what the operator may hide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class Hideable:
    """What somebody wrote and the operator may hide from everybody but those it is of."""

    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_reason: Mapped[str | None]
    """For the municipality that wrote it."""

    @property
    def is_hidden(self) -> bool:
        """Tell whether the operator hid it."""
        return self.hidden_at is not None


class Review(Hideable, Base):
    """What one municipality says of a template, about the version it had installed; there is one at most."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("template_id", "municipality_code"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index("ix_reviews_template_id_updated_at", "template_id", "updated_at", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    version_id: Mapped[str] = mapped_column(ForeignKey("template_versions.id"))
    stars: Mapped[int]
    text: Mapped[str]
    """Plain text; faces escape it."""
    written_by: Mapped[str | None]
    """The person who wrote it last; None when a token did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Story(Hideable, Base):
    """How one municipality uses a template, in plain paragraphs; it may tell several of the same template."""

    __tablename__ = "stories"
    __table_args__ = (
        Index("ix_stories_template_id_created_at", "template_id", "created_at", "id"),
        Index("ix_stories_municipality_code", "municipality_code"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    version_id: Mapped[str | None] = mapped_column(ForeignKey("template_versions.id"))
    """The version it is about, if the municipality says so."""
    title: Mapped[str]
    problem: Mapped[str]
    """Plain text, as the two below; faces escape it."""
    solution: Mapped[str]
    effect: Mapped[str]
    hours_saved: Mapped[int | None]
    """In a year, as the municipality reckons."""
    department: Mapped[str]
    """Empty when the municipality names none."""
    written_by: Mapped[str | None]
    """The person who wrote it last; None when a token did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
