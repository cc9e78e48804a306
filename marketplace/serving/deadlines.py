"""The worker class of the web server: slow clients keep no thread busy that others need, and only for so long."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from functools import partial

from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from marketplace.serving.refusals import refusal_of
from marketplace.serving.shedding import Watch, WatchedSocket
from marketplace.serving.threads import OneAtATime

HEADER_SECONDS = 5
REQUEST_SECONDS = 120
"""Enough to send the largest upload over a line of 2.5 Mbit/s."""
WAITING_THREADS = 200
"""Threads of one process beside those that work: each waits for one client that sends or takes its bytes slowly."""
LOOK_SECONDS = 0.2
"""How often it is asked who is slow, while requests wait because every thread does."""
MOST_AT_THE_END = 1024
"""Connections taken when a process ends: as many as the kernel lets wait (`keeper.BACKLOG`)."""
END_OF_HEAD = b"\r\n\r\n"
LONGEST_HEAD = 32 * 1024
"""Of what is waited for without a thread; what is longer is for gunicorn to read or refuse."""


class DeadlineWorker(ThreadWorker):  # type: ignore[misc]
    """Cuts connections whose request does not arrive, or whose answer is not taken, in time.

    gunicorn itself gives a thread to each client that has sent its first byte, and lets it wait without end. Here the
    first lines of a request wait in the kernel, which wakes the main loop when more has come, and a thread begins
    when they are whole. How many requests are worked at is the application's to say (edge/desk.py). When all
    threads wait for clients and further requests have come, those who move least are cut (serving/shedding.py).
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Begin without connections."""
        super().__init__(*args, **kwargs)
        self._ends: dict[TConn, float] = {}
        self._arriving: dict[TConn, float] = {}
        self._watch, self._next_look = Watch(time.monotonic), 0.0

    def get_thread_pool(self) -> OneAtATime:
        """Return what requests are answered on; other applications than ours have no places that could be crowded."""
        self._threads = OneAtATime(self.cfg.threads, getattr(self.app, "is_crowded", lambda: False))
        return self._threads

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn calls it so
        """Take connections or not; at the end those that wait are taken, and nobody else is let in to wait.

        gunicorn stops taking them and keeps the socket until its last answer: who comes meanwhile is let in by the
        kernel, waits, and is cut off. A proxy can't know whether such a request was begun, and does not send it again.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            for _ in range(MOST_AT_THE_END):
                known = self.nr_conns
                self.accept(listener)
                if self.nr_conns == known:
                    break
            listener.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what comes, for a moment only while requests wait for a thread."""
        soon = self._threads.hasten()
        self._make_room()
        super().wait_for_and_dispatch_events(timeout if soon is None else min(soon, timeout))

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread once the first lines of its request have come."""
        if not self.cfg.is_ssl and not isinstance(conn.sock, WatchedSocket):
            conn.sock = WatchedSocket.around(conn.sock)
        if self.cfg.is_ssl or _has_read_ahead(conn) or self._has_come(conn, 0):
            super().enqueue_req(conn)
            return
        self._arriving[conn] = time.monotonic() + HEADER_SECONDS

    def handle(self, conn: TConn) -> object:
        """Serve one request."""
        self._ends[conn] = time.monotonic() + HEADER_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._ends.pop(conn, None)

    def handle_request(self, req: object, conn: TConn) -> object:
        """Answer a request whose first lines have come; the rest may take longer."""
        self._ends[conn] = time.monotonic() + REQUEST_SECONDS
        return super().handle_request(req, conn)

    def handle_error(self, req: object, client: socket.socket, addr: tuple[str, int], exc: BaseException) -> None:
        """Answer a request that can't be read."""
        refusal = refusal_of(exc)
        if refusal is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused an unreadable request from ip=%s: %s", addr[0] if addr else "", type(exc).__name__)
        with contextlib.suppress(OSError):
            write_nonblock(client, refusal)

    def _make_room(self) -> None:
        """Cut the slowest clients if requests wait for the threads that they keep."""
        now, lacking = time.monotonic(), self._threads.count_left_over()
        if not lacking:
            self._watch.forget()
        elif now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            cut = self._watch.slowest([conn.sock for conn in list(self._ends)], lacking)
            for each in cut:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            if cut:
                self.log.warning("Cut %s slow connections: requests waited, and no thread was left", len(cut))

    def murder_pending(self) -> None:
        """Cut what is over its time; the main loop calls this every second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, end in list(self._ends.items()):
            if end < now:
                # The thread that waits for this client wakes up to an ended connection.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
        for conn, end in list(self._arriving.items()):
            # Where the loop is late, the rest may have come in time: then the loop is about to see it.
            if end < now and not _is_whole(_peek(conn)):
                self.poller.unregister(conn.sock)
                del self._arriving[conn]
                self.nr_conns -= 1
                conn.close()

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn calls it so
        """Close what has been idle for too long, but nothing whose next request has come while the loop was late."""
        now = time.monotonic()
        for conn in self.keepalived_conns:
            if conn.timeout > now:
                break
            if _peek(conn):
                conn.timeout = now + HEADER_SECONDS
        super().murder_keepalived(force)

    def _has_come(self, conn: TConn, known: int) -> bool:
        """Tell whether a thread has something to read; if not, have the loop look again when more has come."""
        try:
            head = conn.sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            head = None
        except OSError:
            return True  # A thread finds out what is wrong, and closes it.
        if head is not None and (_is_whole(head) or len(head) <= known):
            return True
        came = len(head or b"")
        conn.sock.setblocking(False)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, came + 1)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._look_again, conn, came))
        return False

    def _look_again(self, conn: TConn, known: int, _socket: object) -> None:
        """Look at a connection on which more has come, or whose client has gone."""
        self.poller.unregister(conn.sock)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        if self._has_come(conn, known):
            del self._arriving[conn]
            conn.data_ready = True
            super().enqueue_req(conn)


def _is_whole(head: bytes) -> bool:
    """Tell whether the first lines of a request have come, or more than is waited for."""
    return END_OF_HEAD in head or len(head) >= LONGEST_HEAD


def _peek(conn: TConn) -> bytes:
    """Return what a client has sent that nobody has read."""
    try:
        return bytes(conn.sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return b""


def _has_read_ahead(conn: TConn) -> bool:
    """Tell whether the beginning of the next request was read with the one before."""
    return bool(conn.parser is not None and conn.parser.unreader.buf.getvalue())
