"""The generator of load against a small server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import Load, request_of


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(404 if self.path == "/missing" else 200, self.path)

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(201 if body == {"stars": 5} and self.headers["Authorization"] == "Bearer x" else 422, "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if self.path == "/last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_connection_sends_the_next_request_after_the_last(port):
    requests = [request_of("/", {}, ""), request_of("/missing", {}, "")]
    came = Load(port, requests, 2, 0).run(0.3)
    assert set(came.statuses) == {"200", "404"}
    assert len(came.times) == len(came.since_due) <= sum(came.statuses.values())
    assert (came.broken, came.lost) == (0, 0)


def test_requests_fall_due_at_a_rate(port):
    came = Load(port, [request_of("/", {}, "")], 4, 50).run(1)
    assert 40 <= came.statuses["200"] <= 51


def test_a_request_with_a_body_is_written(port):
    came = Load(port, [request_of("/", {"Authorization": "Bearer x"}, '{"stars": 5}')], 1, 10).run(0.3)
    assert set(came.statuses) == {"201"}


def test_a_connection_that_the_server_ends_is_opened_again(port):
    came = Load(port, [request_of("/last", {}, ""), request_of("/", {}, "")], 1, 20).run(0.5)
    assert set(came.statuses) == {"200"}
    assert came.lost == 0
