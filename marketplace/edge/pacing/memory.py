"""Counts requests in this process, by the clock of the application."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from limits.storage.base import SlidingWindowCounterSupport, Storage

MOST_ACCOUNTS = 50_000
"""The longest unused are forgotten first, so that strangers can't fill the memory with addresses."""


class Windows(NamedTuple):
    """The window under way, its count, and that of the one before."""

    number: int
    before: int
    current: int


class ProcessMemory(Storage, SlidingWindowCounterSupport):
    """A storage for the sliding windows of `limits`, whose own starts a thread every 10 ms and has its own clock."""

    STORAGE_SCHEME = ["yokoten-memory"]  # noqa: RUF012 - as the library declares it

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with nothing counted."""
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._kept: LRUCache[str, Windows] = LRUCache(MOST_ACCOUNTS)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing goes wrong in memory."""
        return ValueError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count requests unless that makes too many."""
        with self._lock:
            now = self._clock()
            found = self._windows(key, expiry, now)
            weighted = found.before * (1 - now % expiry / expiry) + found.current
            if floor(weighted) + amount > limit:
                return False
            self._kept[key] = found._replace(current=found.current + amount)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return both counts, each with the seconds for which it still counts."""
        with self._lock:
            now = self._clock()
            found = self._windows(key, expiry, now)
        rest = expiry - now % expiry
        return found.before, rest if found.before else 0.0, found.current, rest + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002 - the library's signature
        """Forget one account."""
        self.clear(key)

    def _windows(self, key: str, expiry: int, now: float) -> Windows:
        number = int(now // expiry)
        kept = self._kept.get(key)
        if kept is None or not number - 1 <= kept.number <= number:
            return Windows(number, 0, 0)
        return kept if kept.number == number else Windows(number, kept.current, 0)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not used: only sliding windows are counted here."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not used."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not used."""
        raise NotImplementedError

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int | None:
        """Forget all accounts."""
        self._kept.clear()
        return None

    def clear(self, key: str) -> None:
        """Forget one account."""
        self._kept.pop(key, None)
