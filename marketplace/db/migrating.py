"""Brings the database to the newest schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x796F6B6F
"""Key of the PostgreSQL advisory lock that lets one machine migrate at a time."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to a connection if one is given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction; a second machine waits and then finds nothing to do."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(alembic_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo migrations down to a revision; meant for tests and for an upgrade that went wrong."""
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), revision)


def is_current(connection: Connection) -> bool:
    """Tell whether every migration has been applied."""
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)
