"""Tables of cursors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class Cursor(Base):
    """One cursor: which records in which order stands in its chunks, how far it was read stands here."""

    __tablename__ = "sandbox_cursors"
    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), index=True)
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"))
    owner: Mapped[str]
    """The code of the user who made it; nobody else can read it."""
    fields: Mapped[list[str]] = mapped_column(Json)
    size: Mapped[int]
    total: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CursorChunk(Base):
    """Some hundred record numbers of a cursor; a page never lies in two chunks."""

    __tablename__ = "sandbox_cursor_chunks"
    cursor_id: Mapped[str] = mapped_column(ForeignKey("sandbox_cursors.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_ids: Mapped[list[int]] = mapped_column(Json)
