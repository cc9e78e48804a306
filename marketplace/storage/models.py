"""The table of blobs that may be nobody's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime


class AbandonedBlob(Base):
    """A blob that lost a row which named it; a sweep deletes it if no other row does."""

    __tablename__ = "abandoned_blobs"
    digest: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When a sweep came upon it for the first time; its time of grace begins then."""
