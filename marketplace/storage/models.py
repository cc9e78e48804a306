"""The tables of blobs that may be nobody's, and of those who want none deleted for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class AbandonedBlob(Base):
    """A blob that lost a row which named it; a sweep deletes it if no other row does."""

    __tablename__ = "abandoned_blobs"
    digest: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When a sweep came upon it for the first time; its time of grace begins then."""


class BlobHold(Base):
    """Somebody who reads blobs that rows of an earlier moment name: a backup. No blob is deleted meanwhile."""

    __tablename__ = "blob_holds"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Renewed as the reading goes on; a hold whose holder was killed ends by itself."""
