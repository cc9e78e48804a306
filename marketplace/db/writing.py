"""Writes a new row by one statement of its table, where a flush would take several times as long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Insert, insert, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from marketplace.db.base import Base, table_of

Default = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Insertion:
    """How a row of a model is inserted."""

    statement: Insert
    columns: dict[str, str]
    """Their names by those of the attributes."""
    defaults: dict[str, Default]
    """What makes the values that nobody set, by attribute."""
    number: str | None
    """The attribute whose value the database counts, if there is one."""


def write_row(session: Session, row: Base) -> None:
    """Insert a new row at once, after what waits in the session; it is then the session's, as after a flush.

    A rollback to a savepoint leaves it with the session, whose caller drops both.
    """
    session.flush()
    insertion, state = _insertion(type(row)), row.__dict__
    for name, default in insertion.defaults.items():
        if name not in state:
            setattr(row, name, default())
    values = {column: state[name] for name, column in insertion.columns.items() if name in state}
    written = session.connection().execute(insertion.statement, values)  # the session has nothing to do with it
    if insertion.number is not None and insertion.number not in state:
        setattr(row, insertion.number, written.inserted_primary_key[0])  # type: ignore[index]  # of an insert
    make_transient_to_detached(row)
    session.add(row)


@cache
def _insertion(model: type[Base]) -> _Insertion:
    table = table_of(model)
    columns = {attribute.key: table.c[attribute.columns[0].name] for attribute in inspect(model).column_attrs}
    counted = table.autoincrement_column
    return _Insertion(
        insert(table),
        {name: column.key for name, column in columns.items()},
        {name: _default_of(column) for name, column in columns.items() if column is not counted},
        next((name for name, column in columns.items() if column is counted), None),
    )


def _default_of(column: Column[Any]) -> Default:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)
