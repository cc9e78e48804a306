"""Clients that never finish a sentence."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from marketplace.serving.deadlines import HEADER_SECONDS
from tests.e2e.service import Service

WORKER_CLASS = "marketplace.serving.deadlines.DeadlineWorker"


@pytest.mark.slow
def test_a_client_that_stalls_in_its_first_lines_frees_the_thread(port: int):
    with closing(socket.create_connection(("127.0.0.1", port))) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=HEADER_SECONDS + 10)
        assert answer.read() == b"hello"


SENDERS = 50
PATIENCE = 20
"""Far longer than an answer takes, far shorter than fifty slow clients would keep a thread, one after the other."""


@contextmanager
def slow_senders(port: int, beginning: bytes) -> Iterator[None]:
    """Hold connections that have sent the beginning of a request, and then send a byte each second."""
    done = Event()
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(SENDERS)]
        for each in held:
            each.sendall(beginning)

        def drip() -> None:
            while not done.wait(1):
                for each in held:
                    with suppress(OSError):
                        each.sendall(b"a")

        sender = Thread(target=drip)
        sender.start()
        try:
            yield
        finally:
            done.set()
            sender.join()


@pytest.mark.slow
def test_many_who_stall_in_their_first_lines_keep_no_thread(port: int):
    with slow_senders(port, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "):
        for _ in range(3):
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=HEADER_SECONDS - 1).read() == b"hello"


@pytest.mark.slow
def test_first_lines_in_pieces_are_one_request(port: int):
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        for piece in (
            b"GET / HT",
            b"TP/1.1\r\nHost: x\r\n",
            b"\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ):
            client.sendall(piece)
            time.sleep(0.05)
        client.settimeout(PATIENCE)
        answers = b"".join(iter(lambda: client.recv(4096), b""))
    assert answers.count(b"hello") == 2


@pytest.mark.slow
def test_many_slow_senders_of_bodies_keep_nobody_waiting(tmp_path: Path):
    service = Service(tmp_path / "var")
    service.start()
    try:
        begun = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n"
        kind = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        with slow_senders(service.port, begun + kind):
            for path in ("/healthz", "/templates", "/api/v1/templates"):
                answer = urllib.request.urlopen(f"http://127.0.0.1:{service.port}{path}", timeout=PATIENCE)
                assert answer.status == 200
    finally:
        service.stop()
