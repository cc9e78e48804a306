"""Puts a backup in the place of what is there: first the blobs, then all rows in one transaction.

Until that transaction ends the database is marked (db/unfinished.py). Whatever stops it in between, the same restore
given again goes on: blobs that are there are not written twice, and of the rows there are all or none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select, text, update
from sqlalchemy.orm import Session

from marketplace.backups.errors import BackupDamagedError, BackupTooNewError, ServiceRunningError, TargetNotEmptyError
from marketplace.backups.manifest import ROWS, Manifest
from marketplace.backups.places import Kept
from marketplace.backups.rows import read_rows, table_of
from marketplace.backups.tables import StoredTable, stored_tables
from marketplace.backups.verifying import open_digests
from marketplace.db.migrating import knows_revision, migration, upgrade_within
from marketplace.db.unfinished import MARK, find_unfinished, mark_unfinished, unmark
from marketplace.installs.restored import stop_outside_imports
from marketplace.kernel.ports import BlobStore
from marketplace.search.index import drop_index
from marketplace.search.models import SearchState
from marketplace.storage.mending import keep_sound

AT_ONCE = 500
"""Rows written with one statement."""
NO_ANALYSIS = 0
"""Stands for an index that holds nothing: whoever starts the service next makes it anew."""
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The service that a backup is restored into."""

    engine: Engine
    blobs: BlobStore
    count_workers: Callable[[], int | None]
    """How many workers are alive; None where that can't be told."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore wrote."""

    rows: int
    blobs: int
    written: int
    """Of the blobs, those that were not there yet."""
    stopped: int
    """Imports into kintones outside that wait for a person now (installs/restored.py)."""


def require_restorable(target: Target, manifest: Manifest, *, replace: bool) -> None:
    """Refuse before anything is changed what would fail, or would destroy something unasked.

    Raises BackupTooNewError, ServiceRunningError or TargetNotEmptyError.
    """
    if not knows_revision(manifest.revision):
        raise BackupTooNewError(revision=manifest.revision)
    with target.engine.connect() as connection:
        others = connection.scalar(OTHERS) if connection.dialect.name == "postgresql" else target.count_workers()
        if others:
            raise ServiceRunningError(count=others)
        if replace or find_unfinished(connection) == manifest.name:
            return
        filled = _first_filled(connection)
    if filled is not None:
        raise TargetNotEmptyError(table=filled)


def restore_backup(
    target: Target, kept: Kept, manifest: Manifest, now: datetime, tell: Callable[[int], None]
) -> Restored:
    """Put the backup in the place of everything that is there; `tell` hears how many blobs are done."""
    mark_unfinished(target.engine, manifest.name)
    blobs = written = 0
    with open_digests(kept) as digests:
        for digest, data in kept.read_blobs(digests):
            if data is not None:
                blobs += 1
                written += keep_sound(target.blobs, digest, data)
            tell(blobs)
    with migration(target.engine) as connection:
        _drop_everything(connection)
        upgrade_within(connection, manifest.revision)
        rows = _load(connection, kept)
        if rows != manifest.rows:
            raise BackupDamagedError(what=ROWS)
        unmark(connection)
        upgrade_within(connection)
        connection.execute(update(SearchState).values(analysis=NO_ANALYSIS, fresh_analysis=None, fresh_filled=0))
        with Session(connection) as session:
            stopped = stop_outside_imports(session, now)
            session.flush()
    return Restored(rows, blobs, written, stopped)


def _first_filled(connection: Connection) -> str | None:
    """Return the name of a table that holds rows; None of a database without any."""
    for stored in stored_tables(connection):
        if connection.execute(select(text("1")).select_from(stored.table).limit(1)).first():
            return stored.name
    return None


def _drop_everything(connection: Connection) -> None:
    """Drop every table but the mark."""
    drop_index(connection)
    quote = connection.dialect.identifier_preparer.quote
    how = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in inspect(connection).get_table_names():
        if name != MARK.name:
            connection.exec_driver_sql(f"DROP TABLE {quote(name)}{how}")


def _load(connection: Connection, kept: Kept) -> int:
    """Write every row, whatever refers to what, and return how many."""
    tables = stored_tables(connection)
    for stored in reversed(tables):
        connection.execute(stored.table.delete())  # Migrations put rows into tables; the backup has its own.
    references = _without_references(connection)
    written = 0
    with kept.open_file(ROWS) as file:
        for section, rows in read_rows(file):
            stored = table_of(tables, section)
            places = [name for name, _kind in section.columns]
            written += _insert(connection, stored, (dict(zip(places, row, strict=True)) for row in rows))
    for statement in references:
        connection.exec_driver_sql(statement)
    _count_on(connection, tables)
    return written


def _insert(connection: Connection, stored: StoredTable, rows: Iterator[dict[str, Any]]) -> int:
    statement, written = stored.insert(connection.dialect.name), 0
    while batch := list(islice(rows, AT_ONCE)):
        connection.execute(statement, [stored.decode(row) for row in batch])
        written += len(batch)
    return written


def _without_references(connection: Connection) -> Collection[str]:
    """Take the foreign keys away and return what makes them again, which checks every row.

    SQLite looks at them once, at the end of the migration.
    """
    if connection.dialect.name != "postgresql":
        return []
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in found]


def _count_on(connection: Connection, tables: Iterable[StoredTable]) -> None:
    """Let numbers that PostgreSQL gives by itself go on after the highest."""
    if connection.dialect.name != "postgresql":
        return
    for stored in tables:
        for column in stored.table.primary_key.columns:
            sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
            name = connection.scalar(sequence, {"table": stored.name, "column": column.name})
            if name is not None:
                highest = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {stored.name})"  # noqa: S608 - our names
                connection.execute(text(f"SELECT setval(:name, {highest}, false)"), {"name": name})
