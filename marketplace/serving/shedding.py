"""Who is cut when every thread waits for a client: those who move least, never those whose request is worked at."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

WATCHED_SECONDS = 1.0
"""How long somebody is watched before it counts how much they moved."""
QUICK = 16 * 1024
"""Bytes a second; whoever moves as much is not cut, however many wait."""
MOVED = struct.Struct("=120xQQ")
"""Linux' tcp_info: bytes that the other side has acknowledged, and bytes received."""


class WatchedSocket(socket.socket):
    """A connection that tells whether a thread waits for its client at this moment."""

    is_waiting = False

    @classmethod
    def around(cls, accepted: socket.socket) -> WatchedSocket:
        """Return a connection in the place of the one that was accepted."""
        watched = cls(fileno=accepted.detach())
        watched.setblocking(False)
        return watched

    def moved(self) -> int:
        """Return how many bytes went to and fro; nothing where the system does not tell."""
        try:
            told = self.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, MOVED.size)
        except (OSError, AttributeError):
            return 0
        return sum(MOVED.unpack(told)) if len(told) == MOVED.size else 0

    def recv(self, *args: Any) -> bytes:
        """Receive."""
        with self._waiting():
            return super().recv(*args)

    def sendall(self, *args: Any) -> None:
        """Send everything."""
        with self._waiting():
            super().sendall(*args)

    def sendfile(self, *args: Any, **named: Any) -> int:
        """Send a file."""
        with self._waiting():
            return super().sendfile(*args, **named)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False


class Watch:
    """Remembers, while threads are lacking, since when who waits and how much they had moved then."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without anybody."""
        self._clock = clock
        self._seen: dict[WatchedSocket, tuple[float, int]] = {}

    def slowest(self, connections: Iterable[WatchedSocket], most: int) -> list[WatchedSocket]:
        """Return those who have moved least since they were first seen to wait, so many at most."""
        now = self._clock()
        waiting = [each for each in connections if each.is_waiting]
        self._seen = {each: self._seen.get(each) or (now, each.moved()) for each in waiting}
        rates: list[tuple[float, WatchedSocket]] = []
        for each, (since, before) in self._seen.items():
            if now - since >= WATCHED_SECONDS:
                rates.append(((each.moved() - before) / (now - since), each))
        rates.sort(key=lambda found: found[0])
        return [each for rate, each in rates[:most] if rate < QUICK]

    def forget(self) -> None:
        """Begin anew: there are threads enough."""
        self._seen = {}
