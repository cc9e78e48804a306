"""The index on SQLite: a full-text table (FTS5) whose tokens are our grams."""

from __future__ import annotations

from sqlalchemy import Connection, Select, column, delete, insert, select, table

from marketplace.search.analysis import pairs
from marketplace.search.phrases import Word, Wording

INDEX = "search_index"
_index = table(INDEX, column("rowid"), column("grams"))


def create_index(connection: Connection) -> None:
    """Make the index.

    The tokenizer `ascii` takes every character beyond ASCII for a letter, so that our grams stay as they are;
    `prefix=1` serves queries of one character.
    """
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {INDEX} USING fts5(grams, tokenize='ascii', prefix='1')")


def drop_index(connection: Connection) -> None:
    """Remove the index with everything in it."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")


def write(connection: Connection, number: int, placed: list[str]) -> None:
    """Replace what the index holds of one entry."""
    erase(connection, number)
    connection.execute(insert(_index).values(rowid=number, grams=" ".join(placed)))


def erase(connection: Connection, number: int) -> None:
    """Remove one entry from the index."""
    connection.execute(delete(_index).where(_index.c.rowid == number))


def matching(words: list[Word]) -> Select[int]:
    """Select the numbers of the entries in which every word occurs."""
    return select(_index.c.rowid).where(column(INDEX).op("MATCH")(expression(words)))


def expression(words: list[Word]) -> str:
    """Write the query in the syntax of FTS5; runs hold no quotation marks, so nothing typed is read as syntax."""
    return " AND ".join(f"({' OR '.join(_all_runs(wording) for wording in word.wordings)})" for word in words)


def _all_runs(wording: Wording) -> str:
    return f"({' AND '.join(_phrase(run) for run in wording.runs)})"


def _phrase(run: str) -> str:
    if len(run) == 1:
        return f'"{run}" *'
    return f'"{" ".join(pairs(run))}"'
