"""The worker class of the web server: threads, with an end to what a slow client may keep one busy."""

from __future__ import annotations

import contextlib
import socket
import time

from gunicorn.workers.gthread import TConn, ThreadWorker

HEADER_SECONDS = 5
REQUEST_SECONDS = 120
"""Enough to send the largest upload over a line of 2.5 Mbit/s."""


class DeadlineWorker(ThreadWorker):  # type: ignore[misc]
    """Cuts connections whose request does not arrive, or whose answer is not taken, in time.

    gunicorn itself waits without end once a client has sent its first byte.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Begin without connections."""
        super().__init__(*args, **kwargs)
        self._ends: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """Serve one request; its first lines have to come soon."""
        self._ends[conn] = time.monotonic() + HEADER_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._ends.pop(conn, None)

    def handle_request(self, req: object, conn: TConn) -> object:
        """Answer a request whose first lines have come; the rest may take longer."""
        self._ends[conn] = time.monotonic() + REQUEST_SECONDS
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Cut what is over its time; the main loop calls this every second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, end in list(self._ends.items()):
            if end < now:
                # The thread that waits for this client wakes up to an ended connection.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
