"""A small generator of load: so many connections that are kept open, each with one request under way.

It runs in a process of its own, on sockets without any library in between, so that it is not what is measured:
`python -m bench.load PORT SECONDS FILE` sends the requests of a file (JSON: a list of [path, If-None-Match]) one after
the other, from the beginning again at the end, and prints JSON: the statuses and the seconds of each answer.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

CONNECTIONS = 8
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
LAST_CHUNK = b"\r\n0\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END = b"\r\n\r\n"


class HungUpError(Exception):
    """The server closed a connection, as some do after an answer."""


@dataclass(slots=True)
class Wire:
    """One connection."""

    socket: socket.socket
    request: bytes = b""
    received: bytearray = field(default_factory=bytearray)
    needed: int | None = None
    """Bytes of the whole answer, once its head has come; none are known of one that comes in chunks."""
    is_chunked: bool = False
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


def request_of(path: str, etag: str) -> bytes:
    """Return the bytes of a request as a browser's would be, with fewer headers."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip, br\r\n{known}\r\n".encode("ascii")


def run(port: int, seconds: float, requests: list[bytes]) -> tuple[Counter[str], list[float]]:
    """Send requests for some seconds; return the statuses and how long each answer took."""
    ahead, statuses, times = cycle(requests), Counter[str](), list[float]()
    selector = selectors.DefaultSelector()
    wires = [Wire(_connect(port)) for _ in range(CONNECTIONS)]
    for wire in wires:
        selector.register(wire.socket, selectors.EVENT_READ, wire)
        wire.send(next(ahead))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(10):
            wire = key.data
            try:
                is_whole = wire.receive()
            except (HungUpError, ConnectionError):
                _open_again(selector, wire, port)
                continue
            if is_whole:
                times.append(time.perf_counter() - wire.sent_at)
                statuses[wire.status] += 1
                wire.send(next(ahead))
    for wire in wires:
        wire.socket.close()
    return statuses, times


def _connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), 10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _open_again(selector: selectors.BaseSelector, wire: Wire, port: int) -> None:
    """Send the request under way on a new connection; the time it has taken so far counts."""
    selector.unregister(wire.socket)
    wire.socket.close()
    began, wire.socket = wire.sent_at, _connect(port)
    selector.register(wire.socket, selectors.EVENT_READ, wire)
    wire.send(wire.request)
    wire.sent_at = began


def main() -> None:
    """Read the requests, send them and print what came."""
    port, seconds, file = sys.argv[1:]
    requests = [request_of(path, etag) for path, etag in json.loads(Path(file).read_text("utf-8"))]
    statuses, times = run(int(port), float(seconds), requests)
    print(json.dumps({"statuses": statuses, "times": times}))


if __name__ == "__main__":
    main()
