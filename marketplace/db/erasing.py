"""Deletes everything that refers to a row, whatever tables there are, some rows at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, ForeignKeyConstraint, Table, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from marketplace.db.base import Base

CASCADE = "CASCADE"


def erase_below(session: Session, table: str, key: str, most: int, spare: Collection[str] = frozenset()) -> int:
    """Delete up to so many rows that refer to a row of a table, directly or through others; return how many.

    Tables come in the order in which no row is deleted before those that refer to it; what the database deletes by
    itself (ON DELETE CASCADE) is left to it. The row itself stays, and so do the tables to `spare`. 0 means that
    nothing is left. New tables are found by their foreign keys.
    """
    conditions = _conditions(Base.metadata.tables[table], key, spare)
    for each, condition in reversed(conditions.items()):
        erased = _erase(session, each, condition, most)
        if erased:
            return erased
    return 0


def _conditions(root: Table, key: str, spare: Collection[str]) -> dict[Table, ColumnElement[bool]]:
    """Return for each table, those referred to first, which of its rows belong to the row."""
    (root_key,) = root.primary_key.columns
    found: dict[Table, ColumnElement[bool]] = {root: root_key == key}
    below: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table is root or table.name in spare:
            continue
        ways = [_refers(each, found[each.referred_table]) for each in _kept(table) if each.referred_table in found]
        if ways:
            found[table] = below[table] = or_(*ways)
    return below


def _kept(table: Table) -> list[ForeignKeyConstraint]:
    """Return the foreign keys that keep a row from being deleted."""
    return [
        each
        for each in table.foreign_key_constraints
        if (each.ondelete or "").upper() != CASCADE and each.referred_table is not table
    ]


def _refers(foreign_key: ForeignKeyConstraint, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    targets = [element.column for element in foreign_key.elements]
    return _in(list(foreign_key.columns), select(*targets).where(condition))


def _erase(session: Session, table: Table, condition: ColumnElement[bool], most: int) -> int:
    columns = list(table.primary_key.columns)
    chosen = select(*columns).where(condition).limit(most)
    result = session.execute(
        delete(table).where(_in(columns, chosen)), execution_options={"synchronize_session": False}
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def _in(columns: list[Any], rows: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = columns[0].in_(rows) if len(columns) == 1 else tuple_(*columns).in_(rows)
    return found
