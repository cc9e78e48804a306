"""Lets the threads of one process take turns at writing to SQLite.

SQLite has no queue of writers: one that finds the file locked sleeps and looks again, up to 100 ms later, however soon
the lock is free. Threads of one process can wake each other instead; with other processes they meet as before.
"""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Connection, Engine, event

PATIENCE = 5.0
"""Seconds to wait for a thread of this process. After that the file itself decides, and waits as long as it always did:
who has the turn may have forgotten it, and the turn is there for speed alone."""


class WriteTurn:
    """Belongs to one connection at a time, from before its transaction until it is back in the pool."""

    def __init__(self) -> None:
        """Begin with nobody's turn."""
        self._lock = threading.Lock()
        self._holder: object | None = None

    def take(self, connection: Connection) -> None:
        """Wait until no other thread writes; a connection keeps its turn over several transactions."""
        record = connection.connection._connection_record  # noqa: SLF001 - what the pool's events name
        if self._holder is not record and self._lock.acquire(timeout=PATIENCE):
            self._holder = record

    def give_back(self, _driver_connection: Any, record: object) -> None:
        """Let the next thread write, if the connection had the turn."""
        if self._holder is record:
            self._holder = None
            self._lock.release()


def take_turns(engine: Engine) -> WriteTurn:
    """Return the turn of an engine's connections; each gives it back with its return to the pool."""
    turn = WriteTurn()
    # Not at the end of the transaction: its event comes before the commit.
    event.listen(engine, "checkin", turn.give_back)
    return turn
