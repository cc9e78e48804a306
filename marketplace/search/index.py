"""Chooses the back end by the database in use; migrations and tests make the index through here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from marketplace.search import postgres, sqlite

Numbers = NDArray[np.int32]
Lookup = tuple[tuple[str, ...], ...]
"""Alternatives, each of terms that must all be there."""


class Backend(Protocol):
    """What one database does its own way; both pass tests/contract/test_search_index.py."""

    def create_index(self, connection: Connection) -> None:
        """Make the index."""
        ...

    def drop_index(self, connection: Connection) -> None:
        """Remove the index with everything in it."""
        ...

    def create_fresh(self, connection: Connection) -> None:
        """Make an empty index beside the one that serves, in the place of any that was left there."""
        ...

    def finish_fresh(self, engine: Engine) -> None:
        """Do what is left once the fresh index holds everything, keeping no writer waiting for long."""
        ...

    def take_fresh(self, connection: Connection) -> None:
        """Put the fresh index in the place of the one that serves; raises OperationalError if readers are in it."""
        ...

    def add(
        self, connection: Connection, entries: Iterable[tuple[int, frozenset[str]]], *, fresh: bool = False
    ) -> None:
        """Add entries, by their numbers, with the terms they hold."""
        ...

    def erase(self, connection: Connection, number: int, terms: frozenset[str], *, fresh: bool = False) -> None:
        """Remove one entry, which holds exactly these terms."""
        ...

    def numbers(self, connection: Connection, lookups: Sequence[Lookup]) -> list[Numbers]:
        """Return, for each lookup, the numbers of the entries that fit it, in one statement."""
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
