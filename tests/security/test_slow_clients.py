"""Clients that never finish a sentence."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest

from marketplace.deadlines import HEADER_SECONDS
from tests.e2e.service import free_port

WORKER_CLASS = "marketplace.deadlines.DeadlineWorker"


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that has one thread."""
    chosen = free_port()
    command = ["-m", "gunicorn", "tests.security.hello:application", "--bind", f"127.0.0.1:{chosen}"]
    options = [
        "--worker-class",
        "marketplace.deadlines.DeadlineWorker",
        "--threads",
        "1",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen([sys.executable, *command, *options])
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{chosen}/", timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        yield chosen
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_a_client_that_stalls_in_its_first_lines_frees_the_thread(port: int):
    with closing(socket.create_connection(("127.0.0.1", port))) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=HEADER_SECONDS + 10)
        assert answer.read() == b"hello"
