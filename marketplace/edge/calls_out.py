"""Calls to other hosts while somebody waits: they take nobody's place, and a host that hangs takes few threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import urlsplit

from marketplace.edge.desk import Desk
from marketplace.kernel.outbound import Outbound, OutboundAnswer, OutboundCall, OutboundError, OutboundProblem

MOST_AT_ONCE = 64
"""Calls under way in one process; each keeps one of its threads."""
MOST_OF_HOST = 8
"""Of these to one host: more would wait for it as well if it does not answer."""


class CallsOut:
    """Another way out, away from the desk; beyond the bounds a call is not begun."""

    def __init__(self, inner: Outbound, desk: Desk) -> None:
        """Begin with no call under way."""
        self._inner = inner
        self._desk = desk
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    def check(self, url: str) -> None:
        """Refuse an address that could never be called. Raises OutboundError."""
        self._inner.check(url)

    def send(self, call: OutboundCall) -> OutboundAnswer:
        """Send one call; whoever asks has ended their transaction (`let_go`). Raises OutboundError."""
        self._inner.check(call.url)
        with self._one_of(urlsplit(call.url).netloc.lower()), self._desk.left():
            return self._inner.send(call)

    @contextmanager
    def _one_of(self, host: str) -> Iterator[None]:
        with self._lock:
            if self._under_way[host] >= MOST_OF_HOST or self._under_way.total() >= MOST_AT_ONCE:
                raise OutboundError(OutboundProblem.CROWDED)
            self._under_way[host] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[host] -= 1
                if not self._under_way[host]:
                    del self._under_way[host]
