"""Answers that are written while they are read: they need a transaction of their own, for the view's has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.context import context, marketplace_app
from marketplace.kernel.context import Context


def stream(produce: Callable[[Context], Iterator[bytes]]) -> Iterator[bytes]:
    """Return the bytes that a function yields in a context of its own, of the caller of the request under way."""
    sessions, places, own = marketplace_app().sessions, marketplace_app().streams, context()

    def write() -> Iterator[bytes]:
        # A slow reader keeps a connection to the database: only so many may, or none would be left for the others.
        with places, unit_of_work(sessions, writes=False) as (session, after_commit):
            yield from produce(Context(session, own.actor, own.now, after_commit, own.ports, own.language))

    return write()
