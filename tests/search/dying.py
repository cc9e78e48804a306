"""A process that makes the search index anew and kills itself on the way: python -m tests.search.dying URL POINT."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.search import rebuilding

POINTS = (
    "INSERT INTO search_index_fresh#1",
    "INSERT INTO search_index_fresh#4",
    "UPDATE search_state SET fresh_filled#2",
    "finish_fresh",
    "inside finish_fresh",
    "DROP TABLE IF EXISTS search_index#2",
    "ALTER TABLE search_index_fresh RENAME",
    "UPDATE search_state SET analysis",
    "the end",
)
"""Beginnings of statements, after which it dies, and at which of them; or a step."""


def main(url: str, point: str) -> None:
    """Make the index anew, and die."""
    engine = make_engine(url)
    rebuilding.AT_ONCE = 7  # type: ignore[misc] - few, so that there are several steps
    backend = rebuilding.backend_of(engine.dialect.name)
    if point == "finish_fresh":
        backend.finish_fresh = die  # type: ignore[method-assign, assignment]
    elif point == "inside finish_fresh":
        point = (
            "CREATE INDEX CONCURRENTLY"
            if engine.dialect.name == "postgresql"
            else "INSERT INTO search_index_fresh (search_index_fresh, rank)"
        )
    start, _, nth = point.partition("#")
    event.listen(engine, "after_cursor_execute", _counting(start, int(nth or 1)))
    rebuilding.rebuild_index(Sessions(engine), lambda _done, _total: None)
    die()


def _counting(start: str, nth: int) -> Callable[..., None]:
    seen = 0

    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal seen
        seen += statement.startswith(start)
        if seen == nth:
            die()

    return after


def die(*_arguments: object) -> None:
    """Leave at once, as if the power had gone."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
