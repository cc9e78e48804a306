"""The index on PostgreSQL: a tsvector of our terms, without places, under a GIN index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, text

INDEX = "search_index"
BATCH = 500
"""Entries written in one statement."""
REBUILT_IN_MEMORY = "256MB"
"""What the server may use to make the index anew; with its default it sorts and writes the same terms many times."""


def create_index(connection: Connection) -> None:
    """Make the index."""
    _create_table(connection, INDEX)
    _create_lookup(connection, INDEX)


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")


def rebuild(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]]) -> None:
    """Make the index anew beside the old one, which serves until the new one is whole."""
    fresh = f"{INDEX}_fresh"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {fresh}")
    _create_table(connection, fresh)
    for batch in _batches(entries):
        _write(connection, fresh, batch)
    connection.exec_driver_sql(f"SET LOCAL maintenance_work_mem = '{REBUILT_IN_MEMORY}'")
    _create_lookup(connection, fresh)
    drop_index(connection)
    connection.exec_driver_sql(f"ALTER TABLE {fresh} RENAME TO {INDEX}")
    connection.exec_driver_sql(f"ALTER INDEX {fresh}_pkey RENAME TO {INDEX}_pkey")
    connection.exec_driver_sql(f"ALTER INDEX {fresh}_terms RENAME TO {INDEX}_terms")


def add(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]]) -> None:
    """Add entries, by their numbers, with the terms they hold."""
    for batch in _batches(entries):
        _write(connection, INDEX, batch)


def erase(connection: Connection, number: int, terms: frozenset[str]) -> None:
    """Remove one entry."""
    del terms  # the row knows them
    connection.execute(text(f"DELETE FROM {INDEX} WHERE number = :number"), {"number": number})


def numbers(connection: Connection, lookups: Sequence[Sequence[Sequence[str]]]) -> list[NDArray[np.int32]]:
    """Return, for each lookup, the numbers of the entries that fit it, in one statement."""
    if not lookups:
        return []
    asked = {f"asked{place}": expression(lookup) for place, lookup in enumerate(lookups)}
    # The planner does not see the terms, which lie outside the table, and would unpack all of a small one's.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = connection.execute(_question(len(lookups)), asked).all()
    connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
    found = {place: np.frombuffer(packed or b"", dtype=">i4").astype(np.int32) for place, packed in rows}
    return [found[place] for place in range(len(lookups))]


@lru_cache(maxsize=256)
def _question(count: int) -> TextClause:
    """Return the statement for so many lookups; one packed value crosses over much faster than a row each."""
    parts = (
        f"SELECT {place} AS place, (SELECT string_agg(int4send(number), CAST('' AS bytea)) FROM {INDEX}"
        f" WHERE terms @@ CAST(:asked{place} AS tsquery)) AS found"
        for place in range(count)
    )
    return text(" UNION ALL ".join(parts))


def expression(lookup: Sequence[Sequence[str]]) -> str:
    """Write a lookup as a tsquery; terms hold neither quotes nor backslashes, so nothing typed is read as syntax."""
    return " | ".join("(" + " & ".join(f"'{term}'" for term in terms) + ")" for terms in lookup)


def _create_table(connection: Connection, name: str) -> None:
    """Make the table. Without statistics the planner takes the index for common terms too, which is what is fast."""
    connection.exec_driver_sql(f"CREATE TABLE {name} (number integer PRIMARY KEY, terms tsvector NOT NULL)")
    connection.exec_driver_sql(f"ALTER TABLE {name} ALTER COLUMN terms SET STATISTICS 0")


def _create_lookup(connection: Connection, name: str) -> None:
    """Make the index proper. Changes are rare and searches many, so GIN writes them at once, not piling them up."""
    connection.exec_driver_sql(f"CREATE INDEX {name}_terms ON {name} USING gin (terms) WITH (fastupdate = off)")


def _write(connection: Connection, name: str, entries: Sequence[tuple[int, frozenset[str]]]) -> None:
    """Write rows; the literal is ours, to_tsvector would analyse the terms again."""
    rows = [{"number": number, "terms": " ".join(f"'{term}'" for term in terms)} for number, terms in entries]
    connection.execute(text(f"INSERT INTO {name} (number, terms) VALUES (:number, CAST(:terms AS tsvector))"), rows)


def _batches(entries: Iterable[tuple[int, frozenset[str]]]) -> Iterator[list[tuple[int, frozenset[str]]]]:
    rest = iter(entries)
    while batch := list(islice(rest, BATCH)):
        yield batch
