"""What is searched, beside the index itself, which each database keeps its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.search.index import create_index, drop_index


class IndexedEntry(Base):
    """One thing that can be found; the keys are what its rank is computed from."""

    __tablename__ = "search_entries"
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    """The index knows an entry by this number only."""
    subject_id: Mapped[str] = mapped_column(unique=True)
    title_key: Mapped[str]
    keyword_key: Mapped[str]
    """Keywords in bars: |補助金|助成金|"""
    summary_key: Mapped[str]
    boost: Mapped[int] = mapped_column(default=0)
    """0 to 999; it orders what the text alone can't tell apart."""


def _after_create(_table: Table, connection: Connection, **_options: Any) -> None:
    create_index(connection)


def _before_drop(_table: Table, connection: Connection, **_options: Any) -> None:
    drop_index(connection)


event.listen(IndexedEntry.__table__, "after_create", _after_create)
event.listen(IndexedEntry.__table__, "before_drop", _before_drop)
