"""Marks a database that a restore has begun on and not finished: the service does not start on it.

The mark is a table that no migration knows. It is made before anything is changed, and goes in the transaction that
puts the rows in, so that it is there exactly as long as the database can't be trusted to be what was asked for.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, insert, inspect, select

MARK = Table("unfinished_restore", MetaData(), Column("backup", String, primary_key=True))


def mark_unfinished(engine: Engine, backup: str) -> None:
    """Note in a transaction of its own which backup is being restored."""
    with engine.begin() as connection:
        MARK.create(connection, checkfirst=True)
        connection.execute(delete(MARK))
        connection.execute(insert(MARK).values(backup=backup))


def find_unfinished(connection: Connection) -> str | None:
    """Return the name of the backup whose restore was begun and not finished, if there is one."""
    if not inspect(connection).has_table(MARK.name):
        return None
    return connection.scalar(select(MARK.c.backup)) or ""


def unmark(connection: Connection) -> None:
    """Take the mark away, in the transaction that finishes the restore."""
    MARK.drop(connection, checkfirst=True)
