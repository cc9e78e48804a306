"""How far back the database goes with programs: which older ones still work on it after it was migrated."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base

ONLY = 1


class SchemaReach(Base):
    """One row, written by whoever migrates; older programs read it, so it never changes its shape."""

    __tablename__ = "schema_reach"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[str]
    """The revision of the oldest program that works on this database."""


def note_reach(connection: Connection, oldest: str) -> None:
    """Write down which programs work on the database, in the transaction that migrates it."""
    if inspect(connection).has_table(SchemaReach.__tablename__):
        connection.execute(delete(SchemaReach))
        connection.execute(insert(SchemaReach).values(id=ONLY, oldest=oldest))


def find_reach(connection: Connection) -> str | None:
    """Return the revision of the oldest program that works on the database; None where nobody wrote it down."""
    if not inspect(connection).has_table(SchemaReach.__tablename__):
        return None
    return connection.scalar(select(SchemaReach.oldest))
