"""Brings the database to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x796F6B6F
"""Key of the PostgreSQL advisory lock that lets one machine migrate at a time."""


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
    """Apply the missing migrations in one transaction; a second machine waits and then finds nothing to do."""
    with migration(engine) as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Apply the missing migrations in a transaction that `migration` has begun."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    command.upgrade(alembic_config(connection), revision)


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
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise BrokenReferencesError([str(row[0]) for row in broken])
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the schema that is there; None of a database without any."""
    return MigrationContext.configure(connection).get_current_revision()


def knows_revision(revision: str) -> bool:
    """Tell whether this program has the migrations that lead to a revision."""
    return revision in {each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


def newest_revision() -> str:
    """Return the revision that this program's migrations lead to."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def is_current(connection: Connection) -> bool:
    """Tell whether every migration has been applied."""
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)
