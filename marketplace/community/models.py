"""The table of reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class Review(Base):
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
