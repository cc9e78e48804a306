"""When every thread waits for a slow client, the slowest are cut for those who come."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import pytest

from marketplace.serving.shedding import QUICK, WATCHED_SECONDS, Watch, WatchedSocket
from tests.ports import free_port

THREADS, SLOW = 4, 12
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\na"


class Moves(WatchedSocket):
    """A connection that says of itself how much it moved."""

    def __init__(self, rate: float, *, is_waiting: bool = True) -> None:
        super().__init__()
        self.rate, self.now, self.is_waiting = rate, 0.0, is_waiting

    def moved(self) -> int:
        return int(self.rate * self.now)


@pytest.fixture
def connections() -> Iterator[list[Moves]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(each)
            for each in (Moves(5), Moves(1), Moves(QUICK + 1), Moves(0, is_waiting=False), Moves(3))
        ]


def test_those_who_wait_and_move_least_are_named_after_a_while(connections: list[Moves]):
    now = [0.0]
    watch = Watch(lambda: now[0])
    assert watch.slowest(connections, 2) == []
    now[0] = WATCHED_SECONDS
    for each in connections:
        each.now = now[0]
    five, one, _quick, _at_work, three = connections
    assert watch.slowest(connections, 2) == [one, three]
    assert watch.slowest(connections, 9) == [one, three, five]


def test_once_there_are_threads_everybody_is_watched_anew(connections: list[Moves]):
    now = [0.0]
    watch = Watch(lambda: now[0])
    watch.slowest(connections, 9)
    watch.forget()
    now[0] = WATCHED_SECONDS
    assert watch.slowest(connections, 9) == []


def test_a_connection_tells_that_a_thread_waits_for_it_and_how_much_it_moved():
    ours, theirs = socket.create_server(("127.0.0.1", 0)), socket.socket()
    with ours, theirs:
        theirs.connect(ours.getsockname())
        watched = WatchedSocket.around(ours.accept()[0])
        with watched:
            watched.setblocking(True)
            reader = Thread(target=watched.recv, args=(10,))
            reader.start()
            time.sleep(0.1)
            assert watched.is_waiting
            theirs.sendall(b"a" * 10)
            reader.join()
            assert not watched.is_waiting
            if sys.platform == "linux":
                assert watched.moved() >= 10


@pytest.mark.slow
def test_slow_bodies_on_every_thread_make_room_for_others():
    port = free_port()
    options = ["--worker-class", "marketplace.serving.deadlines.DeadlineWorker", "--threads", str(THREADS)]
    command = ["-m", "gunicorn", "tests.security.hello:reading", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    server = subprocess.Popen([sys.executable, *command, *options, "--log-level", "error"])
    try:
        with ExitStack() as stack:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).read()
                    break
                except OSError:
                    time.sleep(0.1)
            for _ in range(SLOW):
                stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(BODY)
            for _ in range(3):
                answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20).read()
                assert answer == b"hello"
    finally:
        server.terminate()
        server.wait(20)
