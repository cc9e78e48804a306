"""The index on PostgreSQL: a tsvector of our grams with their positions, under a GIN index."""

from __future__ import annotations

from sqlalchemy import Connection, Select, cast, column, delete, insert, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from marketplace.search.analysis import FILLER, pairs
from marketplace.search.phrases import Word, Wording

INDEX = "search_index"
_index = table(INDEX, column("number"), column("grams", TSVECTOR))


def create_index(connection: Connection) -> None:
    """Make the index. Changes are rare and searches many, so GIN writes them at once instead of piling them up."""
    connection.exec_driver_sql(f"CREATE TABLE {INDEX} (number bigint PRIMARY KEY, grams tsvector NOT NULL)")
    connection.exec_driver_sql(f"CREATE INDEX {INDEX}_grams ON {INDEX} USING gin (grams) WITH (fastupdate = off)")


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")


def write(connection: Connection, number: int, placed: list[str]) -> None:
    """Replace what the index holds of one entry; the literal is ours, to_tsvector would analyse it again."""
    erase(connection, number)
    connection.execute(insert(_index).values(number=number, grams=cast(literal(vector(placed)), TSVECTOR)))


def erase(connection: Connection, number: int) -> None:
    """Remove one entry from the index."""
    connection.execute(delete(_index).where(_index.c.number == number))


def matching(words: list[Word]) -> Select[int]:
    """Select the numbers of the entries in which every word occurs."""
    return select(_index.c.number).where(_index.c.grams.op("@@")(cast(literal(expression(words)), TSQUERY)))


def vector(placed: list[str]) -> str:
    """Write the grams with their places, counted from one, as a tsvector literal."""
    places: dict[str, list[str]] = {}
    for place, gram in enumerate(placed, start=1):
        if gram != FILLER:
            places.setdefault(gram, []).append(str(place))
    return " ".join(f"'{gram}':{','.join(found)}" for gram, found in places.items())


def expression(words: list[Word]) -> str:
    """Write the query as a tsquery; runs hold neither quotes nor backslashes, so nothing typed is read as syntax."""
    return " & ".join(f"({' | '.join(_all_runs(wording) for wording in word.wordings)})" for word in words)


def _all_runs(wording: Wording) -> str:
    return f"({' & '.join(_phrase(run) for run in wording.runs)})"


def _phrase(run: str) -> str:
    if len(run) == 1:
        return f"'{run}':*"
    return f"({' <-> '.join(_quoted(pair) for pair in pairs(run))})"


def _quoted(gram: str) -> str:
    return f"'{gram}'"
