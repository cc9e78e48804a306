"""What a process keeps at hand, within so many bytes (marketplace/held.py names all of it)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Keeping(Generic[Key, Thing]):
    """Things by key, the longest unused dropped first; safe to use from several threads."""

    def __init__(self, most_bytes: int, size_of: Callable[[Thing], int]) -> None:
        """Keep nothing yet; `size_of` tells about how much memory a thing takes."""
        self.most_bytes = most_bytes
        self._kept: LRUCache[Key, Thing] = LRUCache(most_bytes, getsizeof=size_of)
        self._lock = Lock()

    def find(self, key: Key) -> Thing | None:
        """Return what is kept under a key."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Key, thing: Thing) -> None:
        """Put a thing in the place of what was there; one that is larger than all there may be is let go."""
        with self._lock, suppress(ValueError):  # The cache raises it for what is too large.
            self._kept[key] = thing

    @property
    def bytes_held(self) -> int:
        """Return about how much memory everything takes."""
        return int(self._kept.currsize)

    def __len__(self) -> int:
        """Count the things."""
        return len(self._kept)
