"""Tables of what the index of files says, and of how far it is written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime


class IndexedTemplate(Base):
    """The file of a template as the index has it now; no foreign key, as with similar templates."""

    __tablename__ = "indexed_templates"
    __table_args__ = (Index("ix_indexed_templates_is_due", "is_due"), Index("ix_indexed_templates_number", "number"))
    template_id: Mapped[str] = mapped_column(primary_key=True)
    is_due: Mapped[bool] = mapped_column(default=True, server_default=false())
    """Whether it changed since it was numbered."""
    number: Mapped[int | None]
    sha256: Mapped[str | None]
    content: Mapped[str | None] = mapped_column(Text)


class IndexChange(Base):
    """One entry of the feed; never changed."""

    __tablename__ = "index_changes"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    template: Mapped[str]
    category: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IndexSegment(Base):
    """A full segment of the feed, by the number of its last entry; never changed."""

    __tablename__ = "index_segments"
    last: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str]


class IndexState(Base):
    """How far the index is numbered and written; one row, which whoever numbers or writes the head locks.

    It is in no backup: a restored service begins another history.
    """

    __tablename__ = "index_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    history: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(default=0)
    """Of the last entry."""
    closed: Mapped[int] = mapped_column(default=0)
    """Of the last entry in a full segment."""
    segment: Mapped[str | None]
    written: Mapped[int] = mapped_column(default=0)
    """Of the last entry that the head in the storage names."""
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
