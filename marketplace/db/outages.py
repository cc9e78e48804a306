"""Tells failures of the database that pass by themselves from those that are our mistakes."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError  # noqa: A004 - of the pool of connections

from marketplace.kernel.errors import OutageError, OutOfSpaceError
from marketplace.kernel.text import Text

PAUSE_SECONDS = 5
"""A restarted database is back within seconds."""
DISK_FULL = "53100"
PASSING_ON_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)


class DatabaseUnavailableError(OutageError):
    """The database does not answer, or ended the transaction; the log says why."""

    code = "database-unavailable"
    title = Text("データベースに接続できません。", "The database can't be reached.")
    remedy = Text(
        "少し待ってから、もう一度お試しください。変更の途中だったときは、保存されたかどうかを確かめてからやり直してください。",
        "Please try again in a moment. If you were changing something, see whether it was saved first.",
    )


def outage_of(error: BaseException) -> OutageError | None:
    """Return what people are told of a failure that passes by itself; None of any other.

    A job that met one says nothing about its subject: another go may finish it.
    """
    if isinstance(error, OutageError):
        return error
    if isinstance(error, TimeoutError):
        return DatabaseUnavailableError(retry_after=PAUSE_SECONDS)
    if not isinstance(error, DBAPIError):
        return None
    if _is_full(error):
        return OutOfSpaceError()
    return DatabaseUnavailableError(retry_after=PAUSE_SECONDS) if _passes(error) else None


def _is_full(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _primary_code(cause) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == DISK_FULL


def _passes(error: DBAPIError) -> bool:
    """Tell whether the next try may succeed; SQLite calls mistakes of ours operational, too."""
    if isinstance(error.orig, sqlite3.Error):
        return _primary_code(error.orig) in PASSING_ON_SQLITE
    return error.connection_invalidated or isinstance(error, OperationalError)


def _primary_code(cause: sqlite3.Error) -> int:
    """Return SQLite's kind of error; the driver's own errors have none."""
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF
