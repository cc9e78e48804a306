"""Counts the calls a site is serving at this moment, in this process."""

from __future__ import annotations

from collections import Counter
from threading import Lock

LIMIT = 100


class InFlight:
    """The calls under way by site."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = Lock()
        self._running: Counter[str] = Counter()

    def enter(self, site_id: str) -> int:
        """Count a call in and return how many are under way with it."""
        with self._lock:
            self._running[site_id] += 1
            return self._running[site_id]

    def leave(self, site_id: str) -> None:
        """Count a call out."""
        with self._lock:
            self._running[site_id] -= 1
            if self._running[site_id] <= 0:
                del self._running[site_id]
