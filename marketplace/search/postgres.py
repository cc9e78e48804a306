"""The index on PostgreSQL: a tsvector of our terms, without places, under a GIN index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import sleep

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text

INDEX, FUNCTION = "search_index", "search_numbers"
QUESTION = text(
    f"SELECT {FUNCTION}(CAST(query AS tsquery))"
    " FROM unnest(CAST(:asked AS text[])) WITH ORDINALITY AS lookup (query, place) ORDER BY place"
)
"""Many lookups in one statement, answered in their order."""
FRESH = f"{INDEX}_fresh"
"""The name of an index that is being made beside the one that serves."""
BATCH = 500
"""Entries written in one statement."""
REBUILT_IN_MEMORY = "256MB"
"""What the server may use to make the index anew; with its default it sorts and writes the same terms many times."""
HELPERS = 2
"""Processes of the server that help to make the index, if it allows so many (from PostgreSQL 18 on).

It would take none by itself: the terms lie outside the table, which looks small.
"""
FINISHING = 20_160_409
"""The number of the lock that whoever finishes a fresh index holds."""
PATIENCE, REST = "500ms", 0.2
_IS_FINISHED = (
    f"SELECT to_regclass('{FRESH}') IS NULL"
    f" OR EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{FRESH}_terms') AND indisvalid)"
)
"""Also where another process has finished it and put it in its place."""


def create_index(connection: Connection) -> None:
    """Make the index."""
    _create_table(connection, INDEX)
    _create_lookup(connection, INDEX)
    create_function(connection)


def create_function(connection: Connection) -> None:
    """Make the function that answers a lookup; one packed value crosses over much faster than a row each.

    The planner does not see the terms, which lie outside the table, and would unpack all of a small one's. A
    function has settings of its own, and the server plans its statement once for each connection.
    """
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {FUNCTION} (asked tsquery) RETURNS bytea LANGUAGE plpgsql STABLE STRICT"
        f" SET enable_seqscan = off AS $$ BEGIN RETURN (SELECT string_agg(int4send(number), CAST('' AS bytea))"
        f" FROM {INDEX} WHERE terms @@ asked); END $$"
    )


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {FUNCTION}")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}, {FRESH}")


def create_fresh(connection: Connection) -> None:
    """Make an empty table beside the one that serves; its index is made when it is full, which is much quicker."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {FRESH}")
    _create_table(connection, FRESH)


def finish_fresh(engine: Engine) -> None:
    """Make the index proper of the fresh table while others write to it; one of two who do this at once waits."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # Asked for again and again: making an index waits for all statements under way, also for one that waits.
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({FINISHING})").scalar():
            sleep(REST)
        try:
            connection.exec_driver_sql(f"SET maintenance_work_mem = '{REBUILT_IN_MEMORY}'")
            if not connection.exec_driver_sql(_IS_FINISHED).scalar():
                # What a killed process left is no index that anybody may use.
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {FRESH}_terms")
                connection.exec_driver_sql(f"ALTER TABLE {FRESH} SET (parallel_workers = {HELPERS})")
                _create_lookup(connection, FRESH, concurrently=True)
            connection.exec_driver_sql(f"ALTER TABLE IF EXISTS {FRESH} RESET (parallel_workers)")
        finally:
            connection.exec_driver_sql("RESET maintenance_work_mem")
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({FINISHING})")


def take_fresh(connection: Connection) -> None:
    """Put the fresh table in the place of the one that serves, if its readers leave it in time."""
    # Less than what a deadlock is noticed after: somebody who searched and then waits for us goes on, and we give up.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")
    connection.exec_driver_sql(f"ALTER TABLE {FRESH} RENAME TO {INDEX}")
    connection.exec_driver_sql(f"ALTER INDEX {FRESH}_pkey RENAME TO {INDEX}_pkey")
    connection.exec_driver_sql(f"ALTER INDEX {FRESH}_terms RENAME TO {INDEX}_terms")


def add(connection: Connection, entries: Iterable[tuple[int, frozenset[str]]], *, fresh: bool = False) -> None:
    """Add entries, by their numbers, with the terms they hold."""
    for batch in _batches(entries):
        _write(connection, FRESH if fresh else INDEX, batch)


def erase(connection: Connection, number: int, terms: frozenset[str], *, fresh: bool = False) -> None:
    """Remove one entry."""
    del terms  # the row knows them
    connection.execute(text(f"DELETE FROM {FRESH if fresh else INDEX} WHERE number = :number"), {"number": number})


def numbers(connection: Connection, lookups: Sequence[Sequence[Sequence[str]]]) -> list[NDArray[np.int32]]:
    """Return, for each lookup, the numbers of the entries that fit it, in one statement."""
    if not lookups:
        return []
    rows = connection.execute(QUESTION, {"asked": [expression(lookup) for lookup in lookups]}).scalars()
    return [np.frombuffer(packed or b"", dtype=">i4").astype(np.int32) for packed in rows]


def expression(lookup: Sequence[Sequence[str]]) -> str:
    """Write a lookup as a tsquery; terms hold neither quotes nor backslashes, so nothing typed is read as syntax."""
    return " | ".join("(" + " & ".join(f"'{term}'" for term in terms) + ")" for terms in lookup)


def _create_table(connection: Connection, name: str) -> None:
    """Make the table. Without statistics the planner takes the index for common terms too, which is what is fast."""
    connection.exec_driver_sql(f"CREATE TABLE {name} (number integer PRIMARY KEY, terms tsvector NOT NULL)")
    connection.exec_driver_sql(f"ALTER TABLE {name} ALTER COLUMN terms SET STATISTICS 0")


def _create_lookup(connection: Connection, name: str, *, concurrently: bool = False) -> None:
    """Make the index proper. Changes are rare and searches many, so GIN writes them at once, not piling them up."""
    how = "CONCURRENTLY " if concurrently else ""
    connection.exec_driver_sql(f"CREATE INDEX {how}{name}_terms ON {name} USING gin (terms) WITH (fastupdate = off)")


def _write(connection: Connection, name: str, entries: Sequence[tuple[int, frozenset[str]]]) -> None:
    """Write rows; the literal is ours, to_tsvector would analyse the terms again."""
    rows = [{"number": number, "terms": " ".join(f"'{term}'" for term in terms)} for number, terms in entries]
    connection.execute(text(f"INSERT INTO {name} (number, terms) VALUES (:number, CAST(:terms AS tsvector))"), rows)


def _batches(entries: Iterable[tuple[int, frozenset[str]]]) -> Iterator[list[tuple[int, frozenset[str]]]]:
    rest = iter(entries)
    while batch := list(islice(rest, BATCH)):
        yield batch
