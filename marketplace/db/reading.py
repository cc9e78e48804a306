"""Reads columns where no row needs an object of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Result, Row, Select
from sqlalchemy.orm import Session

Columns = Select[*tuple[Any, ...]]
"""A statement that reads columns of any kinds."""
ColumnsRow = Row[*tuple[Any, ...]]


def read_rows(session: Session, statement: Columns, given: Mapping[str, Any] | None = None) -> Result[*tuple[Any, ...]]:
    """Return the rows of a statement on tables.

    Statements on models write first what waits in the session, and those on tables do not: here it is done for both.
    They go to the connection, for the session has nothing to do with their rows.
    """
    session.flush()
    return session.connection().execute(statement, given)
