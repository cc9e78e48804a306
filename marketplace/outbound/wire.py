"""A connection that ends at a set moment, however slowly the other side speaks or listens."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

PIECE = 64 * 1024


class Deadline:
    """A moment that the clock of this machine will reach."""

    def __init__(self, seconds: float) -> None:
        """Set the moment."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises TimeoutError when there are none."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Wire:
    """As much of a socket as `http.client` uses; a time-out of the socket itself would start anew with each byte."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        """Take over a connected socket."""
        self._socket = connected
        self._deadline = deadline
        self.sent = 0
        """Bytes handed to the other side so far."""

    def sendall(self, data: ReadableBuffer) -> None:
        """Send everything. Raises TimeoutError or OSError."""
        rest = memoryview(data).cast("B")
        while rest:
            self._socket.settimeout(self._deadline.left())
            count = self._socket.send(rest[:PIECE])
            self.sent += count
            rest = rest[count:]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what the answer is read from."""
        return io.BufferedReader(_Incoming(self._socket, self._deadline))

    def close(self) -> None:
        """Do nothing: `http.client` calls it as soon as it has read the headers."""

    def hang_up(self) -> None:
        """End the connection."""
        self._socket.close()


class _Incoming(io.RawIOBase):
    """The bytes that come in."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)
