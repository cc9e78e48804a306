"""Ports for the servers that tests start: below those that the kernel gives to connections by itself.

One of the kernel's own may go to a connection before the server has it, or while the server is started again; even to
the connection that asks whether the server is there, which then hears itself.
"""

from __future__ import annotations

import socket
from secrets import choice

RANGE = range(10_000, 20_000)
SISTER = 10_000
"""How far above its own port a server may take another: SeaweedFS does so for gRPC."""

_given: set[int] = set()


def free_port() -> int:
    """Return a port nobody listens on, whose sister is free too; no port twice."""
    while True:
        port = choice(RANGE)
        if port not in _given and _is_free(port) and _is_free(port + SISTER):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
