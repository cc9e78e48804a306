"""Which answers are being made: whoever asks for the same meanwhile waits for it instead of making it a second time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

MOST_SECONDS = 3.0
"""How long somebody waits for what another thread makes, before making it, too."""
Thing = TypeVar("Thing")


@dataclass(slots=True)
class Turn(Generic[Thing]):
    """The turn of a thread to make something."""

    made: Thing | None = None
    """What another thread made meanwhile; if there is nothing, what this one has made and others may have."""
    has_ended: Event = field(default_factory=Event)


class UnderWay(Generic[Thing]):
    """What the threads of a process make at this moment, by key."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turns: dict[Hashable, Turn[Thing]] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[Turn[Thing]]:
        """Run a block when nobody else makes what is under a key, or has made it; also if that failed or takes long."""
        with self._lock:
            other = self._turns.get(key)
            own = Turn[Thing]()
            if other is None:
                self._turns[key] = own
        if other is not None:
            other.has_ended.wait(MOST_SECONDS)
            yield Turn(other.made)
            return
        try:
            yield own
        finally:
            with self._lock:
                del self._turns[key]
            own.has_ended.set()
