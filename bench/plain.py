"""What a database finds by itself: texts scanned with LIKE or looked up by trigrams, the most used first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.orm import Session

from marketplace.search.analysis import key, normalise
from marketplace.search.models import IndexedEntry

TRIGRAM = 3
"""Characters that a word must have to be looked up by trigrams; shorter ones are scanned for."""
LIST = "SELECT number, count(*) OVER () FROM plain {where} ORDER BY installs DESC, number LIMIT 20"
TRIGRAMS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE trigrams USING fts5(words, content='plain', content_rowid='number', tokenize='trigram')",
        "INSERT INTO trigrams (trigrams) VALUES ('rebuild')",
        "ANALYZE",
    ),
    "postgresql": (
        "CREATE EXTENSION pg_trgm",
        "CREATE INDEX trigrams ON plain USING gin (words gin_trgm_ops)",
        "ANALYZE",
    ),
}


class PlainSearch:
    """The texts of a service's templates, folded, in a table of their own."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine of a database that is filled already."""
        self._engine = engine

    def scan(self, query: str) -> None:
        """Find the first 20 and the number of all by reading every text."""
        words = key(query).split()
        self._list([f"words LIKE :word{place}" for place in range(len(words))], _patterns(words), is_scan=True)

    def look_up(self, query: str) -> None:
        """Find the same by trigrams where the words are long enough."""
        words = key(query).split()
        if self._engine.dialect.name == "postgresql":
            self._list([f"words LIKE :word{place}" for place in range(len(words))], _patterns(words))
            return
        short = [word for word in words if len(word) < TRIGRAM]
        conditions, values = [f"words LIKE :word{place}" for place in range(len(short))], _patterns(short)
        if len(short) < len(words):
            conditions.append("number IN (SELECT rowid FROM trigrams WHERE trigrams MATCH :asked)")
            values["asked"] = " ".join(f'"{word}"' for word in words if len(word) >= TRIGRAM)
        self._list(conditions, values)

    def _list(self, conditions: list[str], values: Mapping[str, str], *, is_scan: bool = False) -> None:
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        with self._engine.begin() as connection:
            if is_scan and connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            connection.execute(text(LIST.format(where=where)), values).all()


@contextmanager
def plain_search(service: Engine, folder: Path) -> Iterator[PlainSearch]:
    """Copy what a service has indexed into a database beside its own for as long as the block runs."""
    engine = create_engine(_database_beside(service, folder))
    chosen = select(IndexedEntry.number, IndexedEntry.texts, IndexedEntry.figures).execution_options(yield_per=1_000)
    with Session(service) as session, engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain (number INTEGER PRIMARY KEY, installs INTEGER, words TEXT)"))
        for entries in session.execute(chosen).partitions():
            rows = [
                {"number": number, "installs": f["installs"], "words": _folded(texts)} for number, texts, f in entries
            ]
            connection.execute(text("INSERT INTO plain VALUES (:number, :installs, :words)"), rows)
        for statement in TRIGRAMS[engine.dialect.name]:
            connection.execute(text(statement))
    try:
        yield PlainSearch(engine)
    finally:
        engine.dispose()


def _database_beside(service: Engine, folder: Path) -> Any:
    """Return the address of an empty database; trigrams of kanji need a locale that knows letters beyond ASCII."""
    if service.dialect.name == "sqlite":
        return f"sqlite:///{folder / 'plain.db'}"
    with service.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        connection.execute(text(f"CREATE DATABASE plain {options}"))
    return make_url(service.url).set(database="plain")


def _patterns(words: list[str]) -> dict[str, str]:
    return {f"word{place}": f"%{word}%" for place, word in enumerate(words)}


def _folded(texts: Mapping[str, list[str]]) -> str:
    return "\n".join(normalise(each) for stored in texts.values() for each in stored)
