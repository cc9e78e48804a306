"""Chooses the back end by the database in use; migrations and tests make the index through here."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, Select

from marketplace.search import postgres, sqlite
from marketplace.search.phrases import Word


class Backend(Protocol):
    """What one database does its own way; both pass tests/contract/test_search_index.py."""

    def create_index(self, connection: Connection) -> None:
        """Make the index."""
        ...

    def drop_index(self, connection: Connection) -> None:
        """Remove the index with everything in it."""
        ...

    def write(self, connection: Connection, number: int, placed: list[str]) -> None:
        """Replace what the index holds of one entry."""
        ...

    def erase(self, connection: Connection, number: int) -> None:
        """Remove one entry from the index."""
        ...

    def matching(self, words: list[Word]) -> Select[int]:
        """Select the numbers of the entries in which every word occurs."""
        ...


def backend_of(dialect: str) -> Backend:
    """Return the back end for a dialect of SQLAlchemy."""
    return postgres if dialect == "postgresql" else sqlite


def create_index(connection: Connection) -> None:
    """Make the index of this database."""
    backend_of(connection.dialect.name).create_index(connection)


def drop_index(connection: Connection) -> None:
    """Remove the index of this database with everything in it."""
    backend_of(connection.dialect.name).drop_index(connection)
