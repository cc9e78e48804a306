"""How many requests are worked at: those whose clients send or read slowly wait elsewhere, and take nobody's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, local
from types import TracebackType


class Desk:
    """So many places; who has one may enter again, as calls that the service makes inside its own process do."""

    def __init__(self, places: int) -> None:
        """Begin with every place free."""
        self._places = BoundedSemaphore(places)
        self._held = local()

    def __enter__(self) -> None:
        """Wait for a place."""
        depth = getattr(self._held, "depth", 0)
        if not depth:
            self._places.acquire()
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
            self._places.acquire()
            self._held.depth = depth
