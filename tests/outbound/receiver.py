"""A server beside the service that receives calls, and behaves as a test asks it to."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).with_name("receiver.pem")
NAME = "receiver.example"
"""The name in the certificate; no name service knows it."""


@dataclass(frozen=True)
class Received:
    """One call as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """What has arrived, and what is answered next; the last answer stays."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(200, {}, b"ok")])
    pause: float = 0
    """Seconds before the answer."""
    drip: float = 0
    """Seconds between the bytes of the answer, its headers included."""
    hold: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, so that nobody goes on waiting."""

    def url(self, path: str = "/hook", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def answer_with(self, *answers: int | tuple[int, dict[str, str], bytes]) -> None:
        self.answers = [(each, {}, b"") if isinstance(each, int) else each for each in answers]

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running_receiver(*, encrypted: bool = False) -> Iterator[Receiver]:
    """Run a receiver on a port of its own."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if encrypted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.receiver.received.append(Received(self.command, self.path, dict(self.headers.items()), body))
        status, headers, content = self.receiver.next_answer()
        self.receiver.hold.wait(self.receiver.pause)
        lines = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in headers.items())]
        if not {"Content-Length", "Transfer-Encoding"} & set(headers):
            lines.append(f"Content-Length: {len(content)}")
        with suppress(OSError):
            self._write("\r\n".join([*lines, "", ""]).encode() + content)
        self.close_connection = True

    def _write(self, data: bytes) -> None:
        if not self.receiver.drip:
            self.wfile.write(data)
            return
        for number in range(len(data)):
            self.wfile.write(data[number : number + 1])
            if self.receiver.hold.wait(self.receiver.drip):
                return

    def log_message(self, *_: object) -> None:
        """Stay silent."""


for _method in ("GET", "POST", "PUT", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler._answer)


def closed_port() -> int:
    """Return a port that nobody listens on."""
    with running_receiver() as receiver:
        return receiver.port


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
