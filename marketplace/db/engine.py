"""Engines for both databases, set up so that transactions mean the same on each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

WRITES = "yokoten_writes"
"""Execution option of a connection whose transaction is going to write."""


def make_engine(url: str) -> Engine:
    """Return an engine for an SQLite or PostgreSQL address; its errors, which end up in logs, name no values."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True)


def _make_sqlite_engine(url: str) -> Engine:
    arguments = {"timeout": 15, "check_same_thread": False}
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Switch off the driver's own transactions: its late BEGIN would let savepoints lie."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once when the transaction will write: a late upgrade fails in spite of the time-out."""
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
