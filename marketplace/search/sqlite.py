"""The index on SQLite: a full-text table (FTS5) that keeps which entries hold which of our terms, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, TextClause, text

from marketplace.db.engine import WRITES

INDEX = "search_index"
FRESH = f"{INDEX}_fresh"
"""The name of an index that is being made beside the one that serves."""
MERGED_AT_ONCE = 1_000
"""Pages merged in one transaction, during which nobody else writes."""
MOST_PARTS = 128
"""Parts of one size that a fresh table may consist of before they are merged while it is filled; FTS5 takes 2,000."""
IN_MEMORY, FILLED_IN_MEMORY = 2**20, 2**26
"""Bytes of terms that FTS5 gathers before it writes a part: its default, and more than one transaction has."""
CHANGES_OF_A_STEP = 2
"""FTS5 counts fewer changes for a step that found nothing to merge."""
REST = 0.12
"""Seconds between two steps: who waits for SQLite's lock looks for it every tenth of a second."""


def create_index(connection: Connection) -> None:
    """Make the index."""
    _create_table(connection, INDEX)


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    for name in (INDEX, FRESH):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def create_fresh(connection: Connection) -> None:
    """Make an empty table beside the one that serves; it merges little before it is full, which is much quicker."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {FRESH}")
    _create_table(connection, FRESH)
    _configure(connection, FRESH, automerge=0, crisismerge=MOST_PARTS, hashsize=FILLED_IN_MEMORY)


def finish_fresh(engine: Engine) -> None:
    """Merge what was written at a time, so that a term takes one lookup; others write between the steps."""
    pages = -MERGED_AT_ONCE  # The first step takes all parts together, the others go on with them.
    # No more steps than take every page twice: who writes all the time adds parts faster than they are merged.
    for _step in range(2 + 2 * _pages_of_fresh(engine) // MERGED_AT_ONCE):
        if not _merge_some(engine, pages):
            return
        pages = MERGED_AT_ONCE
        sleep(REST)


def take_fresh(connection: Connection) -> None:
    """Put the fresh table in the place of the one that serves; readers go on with what they began to read."""
    _configure(connection, FRESH, automerge=4, crisismerge=16, hashsize=IN_MEMORY)  # as FTS5 has it
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")
    connection.exec_driver_sql(f"ALTER TABLE {FRESH} RENAME TO {INDEX}")


def add(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]], *, fresh: bool = False) -> None:
    """Add entries, by their numbers, with the terms they hold."""
    _write(connection, FRESH if fresh else INDEX, entries)


def erase(connection: Connection, number: int, terms: frozenset[str], *, fresh: bool = False) -> None:
    """Remove one entry; a table without texts must be told what it holds."""
    name = FRESH if fresh else INDEX
    connection.execute(
        text(f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', :number, :terms)"),
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
        connection.execute(_insertion(name), rows)


@lru_cache(maxsize=2)
def _insertion(name: str) -> TextClause:
    return text(f"INSERT INTO {name} (rowid, terms) VALUES (:number, :terms)")


def _configure(connection: Connection, name: str, **options: int) -> None:
    for option, value in options.items():
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('{option}', {value})")


def _pages_of_fresh(engine: Engine) -> int:
    with engine.execution_options(**{WRITES: False}).begin() as connection:
        if not _has_fresh(connection):
            return 0
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {FRESH}_data").scalar_one())


def _has_fresh(connection: Connection) -> bool:
    """Tell whether there is a fresh table: another process may have put it in its place meanwhile."""
    return connection.exec_driver_sql(f"SELECT 1 FROM sqlite_schema WHERE name = '{FRESH}'").scalar() is not None


def _merge_some(engine: Engine, pages: int) -> bool:
    """Do one step, and tell whether there was something to do."""
    with engine.begin() as connection:
        if not _has_fresh(connection):
            return False
        driver: Any = connection.connection.dbapi_connection
        before = driver.total_changes
        connection.exec_driver_sql(f"INSERT INTO {FRESH} ({FRESH}, rank) VALUES ('merge', {pages})")
        return bool(driver.total_changes - before >= CHANGES_OF_A_STEP)


def _document(terms: frozenset[str]) -> str:
    return " ".join(terms)


def _read(packed: str | None) -> NDArray[np.int32]:
    return np.fromstring(packed, dtype=np.int32, sep=",") if packed else np.empty(0, dtype=np.int32)
