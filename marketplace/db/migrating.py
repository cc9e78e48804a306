"""Brings the database to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from marketplace.db.reach import find_reach, note_reach

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x796F6B6F
"""Key of the PostgreSQL advisory lock that lets one machine migrate at a time."""


EXPAND, CONTRACT = "expand", "contract"
"""What a migration does to programs of before: nothing that they notice, or something (docs/deployment.md)."""
FIRST_WITH_PHASE = "0032"
"""Programs of before do not look how far back a database goes."""
LONGEST_WAIT = 600
"""Seconds that another machine may take to migrate an SQLite database."""


class SchemaTooNewError(Exception):
    """A newer program has migrated the database in ways that this one can't work with."""


class BrokenReferencesError(Exception):
    """Rows would refer to rows that are not there; nothing was changed. The tables that hold them are named."""

    def __init__(self, tables: Sequence[str]) -> None:
        """Name each table once."""
        super().__init__(", ".join(sorted(set(tables))))


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to a connection if one is given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction; a second machine waits and then finds nothing to do.

    A database that a newer program has migrated stays as it is if this program works on it all the same. Raises
    SchemaTooNewError.
    """
    with migration(engine) as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Apply the missing migrations in a transaction that `migration` has begun. Raises SchemaTooNewError."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    found = revision_of(connection)
    if found is not None and not knows_revision(found):
        if is_usable(connection):
            return
        raise SchemaTooNewError(found)
    command.upgrade(alembic_config(connection), revision)
    note_reach(connection, oldest_program(revision_of(connection)))


def downgrade(engine: Engine, revision: str) -> None:
    """Undo migrations down to a revision; meant for tests and for an upgrade that went wrong."""
    with migration(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


@contextmanager
def migration(engine: Engine) -> Iterator[Connection]:
    """Run the block in one transaction in which tables may be replaced that others refer to.

    SQLite changes a table by making it anew (https://sqlite.org/lang_altertable.html#otheralter): foreign keys must
    not be enforced meanwhile, and are checked before the end.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")  # Inside a transaction it would do nothing.
        wait = driver.execute("PRAGMA busy_timeout").fetchone()[0]
        driver.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT * 1000}")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise BrokenReferencesError([str(row[0]) for row in broken])
        finally:
            driver.execute(f"PRAGMA busy_timeout = {wait}")
            driver.execute("PRAGMA foreign_keys = ON")


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the schema that is there; None of a database without any."""
    return MigrationContext.configure(connection).get_current_revision()


def knows_revision(revision: str) -> bool:
    """Tell whether this program has the migrations that lead to a revision."""
    return revision in _scripts()


def newest_revision() -> str:
    """Return the revision that this program's migrations lead to."""
    return next(iter(_scripts()))


def oldest_program(revision: str | None) -> str:
    """Return the revision of the oldest program that works on a database of a revision, by what migrations say.

    What was only expanded does not trouble a program that does not know it. What was contracted asks for one that did
    without it already: `oldest_program` of that migration.
    """
    is_reached = False
    for name, script in _scripts().items():
        is_reached = is_reached or name == revision
        if is_reached and getattr(script, "phase", None) == CONTRACT:
            return str(script.oldest_program)
    return FIRST_WITH_PHASE


def is_current(connection: Connection) -> bool:
    """Tell whether every migration has been applied, and none that this program does not know."""
    return revision_of(connection) == newest_revision()


def is_usable(connection: Connection) -> bool:
    """Tell whether this program works on the database: it is current, or newer in ways that do not matter to it."""
    found = revision_of(connection)
    if found == newest_revision():
        return True
    if found is None or knows_revision(found):
        return False
    oldest = find_reach(connection)
    return oldest is not None and knows_revision(oldest)


@cache
def _scripts() -> dict[str, Any]:
    """Return the migrations of this program by revision, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return {each.revision: each.module for each in scripts}
