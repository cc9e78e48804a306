"""A small generator of load on connections that are kept open, each with one request under way.

It runs in a process of its own, on sockets without any library in between, so that it is not what is measured:
`python -m bench.load PORT SECONDS FILE [CONNECTIONS [RATE]]` sends the requests of a file (JSON: a list of [path,
headers, body]; with a body it is a PUT) one after the other, from the beginning again at the end. Without a rate each
connection sends the next request as soon as it has an answer. With one, so many fall due each second whatever becomes
of those before, and wait until a connection is free. It prints JSON: what came (`Came`).
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

DEFAULTS = ("8", "0")
"""Connections, and no rate."""
LAST_ANSWERS = 120.0
"""Seconds that the answers under way at the end are waited for."""
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
LAST_CHUNK = b"\r\n0\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COMMON = {"Host": "bench", "Accept-Encoding": "gzip, br"}
"""Headers of each request; an ETag belongs to the coding, and answers are kept by host."""
END = b"\r\n\r\n"


class HungUpError(Exception):
    """The server closed a connection, as some do after an answer."""


@dataclass(slots=True)
class Came:
    """What came of the requests."""

    statuses: dict[str, int] = field(default_factory=dict)
    """Also of the answers that were under way when the time was over."""
    times: list[float] = field(default_factory=list)
    """Seconds since a request was sent."""
    since_due: list[float] = field(default_factory=list)
    """Seconds since it fell due."""
    broken: int = 0
    """Connections that ended with a request under way, which was then sent on another."""
    lost: int = 0
    """Requests that nobody took or answered."""


@dataclass(slots=True)
class Wire:
    """One connection."""

    socket: socket.socket
    request: bytes = b""
    """Empty when none is under way."""
    received: bytearray = field(default_factory=bytearray)
    needed: int | None = None
    """Bytes of the whole answer, once its head has come; none are known of one that comes in chunks."""
    is_chunked: bool = False
    due_at: float = 0.0
    sent_at: float = 0.0

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.received.clear()
        self.needed, self.is_chunked = None, False
        self.request = request
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; tell whether the answer is whole. Raises HungUpError."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise HungUpError
        self.received += part
        if self.needed is None and not self.is_chunked:
            end = self.received.find(END)
            if end < 0:
                return False
            self.is_chunked = CHUNKED.search(self.received, 0, end) is not None
            length = LENGTH.search(self.received, 0, end)
            if not self.is_chunked:
                self.needed = end + len(END) + (int(length.group(1)) if length and self.status != "304" else 0)
        if self.is_chunked:
            return self.received.endswith(LAST_CHUNK)
        return self.needed is not None and len(self.received) >= self.needed

    @property
    def status(self) -> str:
        """Return the status of the answer under way."""
        return bytes(self.received[9:12]).decode("ascii")


class Load:
    """Requests, and the connections that they go by."""

    def __init__(self, port: int, requests: list[bytes], connections: int, rate: float) -> None:
        """Open the connections; a rate of 0 is none."""
        self.came = Came()
        self._port, self._rate, self._ahead = port, rate, cycle(requests)
        self._selector = selectors.DefaultSelector()
        self._due: deque[float] = deque()
        self._idle: list[Wire] = []
        for _ in range(connections):
            self._idle.append(self._open(Wire(_connect(port))))
        self._wires = connections

    def run(self, seconds: float) -> Came:
        """Send requests for some seconds, and wait for the last answers."""
        begun, fallen_due = time.perf_counter(), 0
        while (now := time.perf_counter()) < begun + seconds:
            wait = 1.0
            if self._rate:
                until_now = int((now - begun) * self._rate) + 1
                self._due.extend(begun + each / self._rate for each in range(fallen_due, until_now))
                fallen_due = until_now
                wait = max(0.0, begun + fallen_due / self._rate - now)
            self._send(now)
            self._take(wait)
        counted = len(self.came.times)
        while len(self._idle) < self._wires and time.perf_counter() < begun + seconds + LAST_ANSWERS:
            self._take(1)
        # Late answers would make the rate look higher than it is.
        del self.came.times[counted:], self.came.since_due[counted:]
        self.came.lost += self._wires - len(self._idle)
        for key in list(self._selector.get_map().values()):
            key.data.socket.close()
        self._selector.close()
        return self.came

    def _send(self, now: float) -> None:
        while self._idle and (self._due or not self._rate):
            wire = self._idle.pop()
            wire.due_at = self._due.popleft() if self._rate else now
            self._try(wire, next(self._ahead))

    def _take(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            wire: Wire = key.data
            try:
                is_whole = wire.receive()
            except (HungUpError, OSError):
                self._open_again(wire)
                continue
            if is_whole:
                now = time.perf_counter()
                self.came.statuses[wire.status] = self.came.statuses.get(wire.status, 0) + 1
                self.came.times.append(now - wire.sent_at)
                self.came.since_due.append(now - wire.due_at)
                wire.request = b""
                self._idle.append(wire)

    def _try(self, wire: Wire, request: bytes) -> None:
        try:
            wire.send(request)
        except OSError:
            self._open_again(wire)

    def _open(self, wire: Wire) -> Wire:
        self._selector.register(wire.socket, selectors.EVENT_READ, wire)
        return wire

    def _open_again(self, wire: Wire) -> None:
        """Send the request under way, if there is one, on a new connection; the time it has taken so far counts."""
        self._selector.unregister(wire.socket)
        wire.socket.close()
        request, began = wire.request, wire.sent_at
        self.came.broken += bool(request)
        try:
            wire.socket = _connect(self._port)
        except OSError:
            self._give_up(wire)
            return
        self._open(wire)
        if request:
            self._try(wire, request)
            wire.sent_at = began

    def _give_up(self, wire: Wire) -> None:
        self._wires -= 1
        if wire.request:
            self.came.lost += 1
        else:
            self._idle.remove(wire)


def request_of(path: str, headers: dict[str, str], body: str) -> bytes:
    """Return the bytes of a request as a browser's would be, with fewer headers."""
    content = body.encode("utf-8")
    given = COMMON | headers
    if content:
        given |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{'PUT' if content else 'GET'} {path} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + content


def _connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), 10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def main() -> None:
    """Read the requests, send them and print what came."""
    port, seconds, file, connections, rate = [*sys.argv[1:], *DEFAULTS[len(sys.argv) - 4 :]]
    requests = [request_of(*each) for each in json.loads(Path(file).read_text("utf-8"))]
    came = Load(int(port), requests, int(connections), float(rate)).run(float(seconds))
    print(json.dumps(asdict(came)))


if __name__ == "__main__":
    main()
