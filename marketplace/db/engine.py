"""Engines for both databases, set up so that transactions mean the same on each."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from marketplace.db.public_revision import note_writes
from marketplace.db.write_turns import WriteTurn, take_turns
from marketplace.kernel.errors import ReadOnlyError

WRITES = "yokoten_writes"
"""Execution option of a connection whose transaction is going to write."""
READ_ONLY = "yokoten_read_only"
"""Execution option of a connection on which the database itself refuses every write."""
REACH_POSTGRES = {"connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 5, "tcp_user_timeout": 20_000}
"""How long to wait, in seconds and at last in milliseconds, for a silent server; the address may say otherwise."""
READ_ONLY_TRANSACTION = "25006"
"""PostgreSQL's code of a write in a transaction that may only read, or at a standby."""


def make_engine(url: str) -> Engine:
    """Return an engine for an SQLite or PostgreSQL address; its errors, which end up in logs, name no values."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    arguments = {name: value for name, value in REACH_POSTGRES.items() if name not in parsed.query}
    engine = create_engine(
        parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, connect_args=arguments, hide_parameters=True
    )
    event.listen(engine, "handle_error", _tell_read_only, retval=True)
    note_writes(engine)
    return engine


def _make_sqlite_engine(url: str) -> Engine:
    arguments = {"timeout": 15, "check_same_thread": False}
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_in_turn, take_turns(engine)))
    event.listen(engine, "handle_error", _tell_read_only, retval=True)
    note_writes(engine)
    return engine


def make_memory_engine(content: bytes = b"") -> Engine:
    """Return an engine for an SQLite database in memory, of one connection; `content` is a serialized database."""

    def connect() -> sqlite3.Connection:
        driver = sqlite3.connect(":memory:", check_same_thread=False)
        if content:
            driver.deserialize(content)
        return driver

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
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


def _begin_in_turn(turn: WriteTurn, connection: Connection) -> None:
    """Begin a transaction once no other thread of this process is in one that writes, if this one will write."""
    if _writes(connection):
        turn.take(connection)
    _begin_sqlite(connection)


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once when the transaction will write: a late upgrade fails in spite of the time-out."""
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("PRAGMA query_only = ON")
    if _writes(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # It waits for nobody and can't fail, and half of all requests need but one statement more.
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        driver.execute("BEGIN")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITES, True))


def _tell_read_only(failed: ExceptionContext) -> BaseException | None:
    """Turn the database's refusal to write into the one that people are told."""
    cause = failed.original_exception
    if isinstance(cause, sqlite3.OperationalError):
        is_refused = cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY
    else:
        is_refused = getattr(cause, "sqlstate", None) == READ_ONLY_TRANSACTION
    return ReadOnlyError() if is_refused else None
