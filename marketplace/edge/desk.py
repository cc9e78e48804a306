"""How many requests are worked at: those whose clients send or read slowly wait elsewhere, and take nobody's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock, local
from types import TracebackType

MANY = 1_000
"""More than there are threads."""
CROWD = 32
"""Who wait for a place before it makes no sense to call in more: each keeps a thread, and what it has read so far."""


class Desk:
    """So many places; who has one may enter again, as calls that the service makes inside its own process do."""

    def __init__(self, places: int = MANY) -> None:
        """Begin with every place free."""
        self._places = BoundedSemaphore(places)
        self._held = local()
        self._counting = Lock()
        self._waiting = 0

    @property
    def is_crowded(self) -> bool:
        """Tell whether so many wait for a place that others may as well wait outside."""
        return self._waiting >= CROWD

    def __enter__(self) -> None:
        """Wait for a place."""
        depth = getattr(self._held, "depth", 0)
        if not depth:
            self._take_place()
        self._held.depth = depth + 1

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Leave it to the next."""
        self._held.depth -= 1
        if not self._held.depth:
            self._places.release()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Leave the place to others for a while, if there is one, and wait for a place again."""
        depth = getattr(self._held, "depth", 0)
        if not depth:
            yield
            return
        self._held.depth = 0
        self._places.release()
        try:
            yield
        finally:
            self._take_place()
            self._held.depth = depth

    def _take_place(self) -> None:
        if self._places.acquire(blocking=False):
            return
        with self._counting:
            self._waiting += 1
        try:
            self._places.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
