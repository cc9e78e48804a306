"""Stands in front of an S3 server and is unwell in its place: away, silent, slow, refusing, or with wrong answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "expect"})
DELAY_SECONDS = 1.5


class Illness(StrEnum):
    """What is wrong with the storage."""

    NONE = "none"
    AWAY = "away"
    """Connections are closed at once."""
    SILENT = "silent"
    """Requests are taken and never answered."""
    SLOW = "slow"
    ERROR_500 = "500"
    ERROR_403 = "403"
    LATE_ERROR = "late error"
    """What was asked for is done, and then answered with 500."""
    CUT = "cut"
    """Contents end too early."""
    WRONG = "wrong"
    """Contents are other bytes of the same length."""


class Storage(ThreadingHTTPServer):
    """The server that the service is told is S3."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        """Stand in front of a server that is well."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(endpoint).netloc
        self.illness = Illness.NONE
        self.recovered = threading.Event()

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def ill(self, illness: Illness) -> Iterator[None]:
        """Be unwell during the block; whoever still waits at its end is cut off."""
        self.recovered.clear()
        self.illness = illness
        try:
            yield
        finally:
            self.illness = Illness.NONE
            self.recovered.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Storage

    def do_ANY(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.server.illness:
            case Illness.AWAY:
                self._hang_up()
            case Illness.SILENT:
                self.server.recovered.wait()
                self._hang_up()
            case Illness.ERROR_500:
                self._refuse(500, "InternalError")
            case Illness.ERROR_403:
                self._refuse(403, "AccessDenied")
            case Illness.SLOW:
                self.server.recovered.wait(DELAY_SECONDS)
                self._pass_on(body)
            case _:
                self._pass_on(body)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = do_ANY  # noqa: N815 - as above

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Be silent."""

    def _pass_on(self, body: bytes) -> None:
        connection = HTTPConnection(self.server.behind, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            self._answer(answer, answer.read())
        finally:
            connection.close()

    def _answer(self, answer: HTTPResponse, content: bytes) -> None:
        illness, is_content = self.server.illness, self.command == "GET" and answer.status == 200
        if illness is Illness.LATE_ERROR:
            self._refuse(500, "InternalError")
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length", "date", "server"}:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        if is_content and illness is Illness.WRONG:
            content = bytes(byte ^ 1 for byte in content)
        if is_content and illness is Illness.CUT:
            self.wfile.write(content[: len(content) // 2])
            self._hang_up()
            return
        self.wfile.write(content)

    def _refuse(self, status: int, code: str) -> None:
        content = f"<Error><Code>{code}</Code><Message>unwell</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True


@contextmanager
def standing_before(endpoint: str) -> Iterator[Storage]:
    """Stand in front of a server until the end of the block."""
    storage = Storage(endpoint)
    thread = threading.Thread(target=storage.serve_forever, daemon=True)
    thread.start()
    try:
        yield storage
    finally:
        storage.recovered.set()
        storage.shutdown()
        storage.server_close()
