"""The index on SQLite: a full-text table (FTS5) that keeps which entries hold which of our terms, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, text

INDEX = "search_index"
IN_MEMORY, REBUILT_IN_MEMORY = 2**20, 2**26
"""Bytes of terms that FTS5 gathers before it writes them: its default, and enough to write and merge less often."""


def create_index(connection: Connection) -> None:
    """Make the index."""
    _create_table(connection, INDEX)


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")


def rebuild(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]]) -> None:
    """Make the index anew beside the old one, which serves until the new one is whole."""
    fresh = f"{INDEX}_fresh"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {fresh}")
    _create_table(connection, fresh)
    _configure(connection, fresh, "hashsize", REBUILT_IN_MEMORY)
    for entry in entries:
        _write(connection, fresh, [entry])
    _configure(connection, fresh, "hashsize", IN_MEMORY)
    # One lookup for each term instead of one for each part that was written at a time.
    connection.exec_driver_sql(f"INSERT INTO {fresh} ({fresh}) VALUES ('optimize')")
    drop_index(connection)
    connection.exec_driver_sql(f"ALTER TABLE {fresh} RENAME TO {INDEX}")


def add(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]]) -> None:
    """Add entries, by their numbers, with the terms they hold."""
    _write(connection, INDEX, entries)


def erase(connection: Connection, number: int, terms: frozenset[str]) -> None:
    """Remove one entry; a table without texts must be told what it holds."""
    connection.execute(
        text(f"INSERT INTO {INDEX} ({INDEX}, rowid, terms) VALUES ('delete', :number, :terms)"),
        {"number": number, "terms": _document(terms)},
    )


def numbers(connection: Connection, lookups: Sequence[Sequence[Sequence[str]]]) -> list[NDArray[np.int32]]:
    """Return, for each lookup, the numbers of the entries that fit it, in one statement."""
    if not lookups:
        return []
    asked = {f"asked{place}": expression(lookup) for place, lookup in enumerate(lookups)}
    rows = connection.execute(_question(len(lookups)), asked)
    found = {place: _read(packed) for place, packed in rows}
    return [found[place] for place in range(len(lookups))]


@lru_cache(maxsize=256)
def _question(count: int) -> TextClause:
    """Return the statement for so many lookups; one string of numbers crosses over much faster than a row each."""
    parts = (
        f"SELECT {place} AS place, (SELECT group_concat(rowid) FROM {INDEX} WHERE {INDEX} MATCH :asked{place}) AS found"
        for place in range(count)
    )
    return text(" UNION ALL ".join(parts))


def expression(lookup: Sequence[Sequence[str]]) -> str:
    """Write a lookup in the syntax of FTS5; terms hold no quotation marks, so nothing typed is read as syntax."""
    return " OR ".join("(" + " AND ".join(f'"{term}"' for term in terms) + ")" for terms in lookup)


def _create_table(connection: Connection, name: str) -> None:
    """Make the table.

    The tokenizer `ascii` takes every character beyond ASCII for a letter, so that our terms stay as they are.
    Neither the texts nor places in them are kept: terms of three characters need none.
    """
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {name} USING fts5(terms, tokenize='ascii', content='', detail=none, columnsize=0)"
    )


def _write(connection: Connection, name: str, entries: Iterable[tuple[int, frozenset[str]]]) -> None:
    rows = [{"number": number, "terms": _document(terms)} for number, terms in entries]
    if rows:
        connection.execute(text(f"INSERT INTO {name} (rowid, terms) VALUES (:number, :terms)"), rows)


def _configure(connection: Connection, name: str, option: str, value: int) -> None:
    connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('{option}', {value})")


def _document(terms: frozenset[str]) -> str:
    return " ".join(terms)


def _read(packed: str | None) -> NDArray[np.int32]:
    return np.fromstring(packed, dtype=np.int32, sep=",") if packed else np.empty(0, dtype=np.int32)
