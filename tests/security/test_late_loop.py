"""A main loop that comes late cuts only those who are late themselves."""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn

from marketplace.serving.deadlines import DeadlineWorker
from marketplace.serving.shedding import WatchedSocket

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def worker() -> Iterator[DeadlineWorker]:
    config = Config()
    made = DeadlineWorker(1, os.getpid(), [], None, 30, config, Logger(config))
    made.poller = selectors.DefaultSelector()
    yield made
    made.poller.close()
    made.tmp.close()


@pytest.fixture
def client() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection: the client's, and the server's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours = WatchedSocket.around(listener.accept()[0])
    with theirs, ours:
        theirs.settimeout(5)
        yield theirs, ours


def _is_cut(theirs: socket.socket) -> bool:
    theirs.setblocking(False)
    try:
        return theirs.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(("sent", "is_cut"), [(b"", True), (REQUEST[:9], True), (REQUEST, False)])
def test_who_has_sent_the_first_lines_is_not_cut(worker, client, sent, is_cut):
    theirs, ours = client
    conn = TConn(worker.cfg, ours, ours.getpeername(), ours.getsockname())
    worker.nr_conns = 1
    worker.enqueue_req(conn)
    theirs.sendall(sent)
    time.sleep(0.05)  # the bytes are on their way
    worker._arriving[conn] = time.monotonic() - 1
    worker.murder_pending()
    assert _is_cut(theirs) == is_cut
    assert worker.nr_conns == (0 if is_cut else 1)


@pytest.mark.parametrize(("sent", "is_cut"), [(b"", True), (REQUEST, False)])
def test_who_has_sent_the_next_request_is_not_cut(worker, client, sent, is_cut):
    theirs, ours = client
    conn = TConn(worker.cfg, ours, ours.getpeername(), ours.getsockname())
    worker.nr_conns = 1
    conn.timeout = time.monotonic() - 1
    worker.keepalived_conns.append(conn)
    worker.poller.register(ours, selectors.EVENT_READ, None)
    theirs.sendall(sent)
    time.sleep(0.05)  # the bytes are on their way
    worker.murder_keepalived()
    assert _is_cut(theirs) == is_cut
    assert len(worker.keepalived_conns) == (0 if is_cut else 1)
