"""What can be found: the texts, what the lists filter and rank by, and the log of changes; the index stands beside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, Table, event, true
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json
from marketplace.search.index import create_index, drop_index


class IndexedEntry(Base):
    """One thing that can be found; a removed one stays as an empty row, so that others learn of it."""

    __tablename__ = "search_entries"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """The index knows an entry by this number only; equals are ordered by it."""
    subject_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    texts: Mapped[dict[str, list[str]]] = mapped_column(Json)
    """The texts by place: title, keyword, summary, body."""
    facets: Mapped[dict[str, list[str]]] = mapped_column(Json)
    """What it can be filtered by: the values along each dimension."""
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    """Whole numbers that it is ranked and sorted by."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(index=True)
    """The revision of the last change to this row."""


class SearchState(Base):
    """One row that counts the changes; whoever changes something holds it until the commit, so none is overtaken."""

    __tablename__ = "search_state"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    analysis: Mapped[int]
    """The version of the analysis that the index was made with (search/analysis.py)."""
    fresh_analysis: Mapped[int | None]
    """The same of an index that is being made beside it (search/rebuilding.py)."""
    fresh_filled: Mapped[int] = mapped_column(default=0, server_default="0")
    """The last number that stands in the index being made; whoever changes an entry up to it writes to both."""


class SearchRevision(Base):
    """The last changes, each with a token of its own: a number alone could be that of a change rolled back."""

    __tablename__ = "search_revisions"
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str]
    with_texts: Mapped[bool] = mapped_column(default=True, server_default=true())
    """The index gives other answers since."""


class SearchSnapshot(Base):
    """One row: the columns of all entries as they were at a revision (search/snapshots.py)."""

    __tablename__ = "search_snapshots"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    format: Mapped[int]
    packed: Mapped[bytes]


def _after_create(_table: Table, connection: Connection, **_options: Any) -> None:
    create_index(connection)


def _before_drop(_table: Table, connection: Connection, **_options: Any) -> None:
    drop_index(connection)


event.listen(IndexedEntry.__table__, "after_create", _after_create)
event.listen(IndexedEntry.__table__, "before_drop", _before_drop)
