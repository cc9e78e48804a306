"""Asks once which network addresses a name stands for."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable

Resolve = Callable[[str, int], list[str]]
"""Returns the numeric addresses of a host, best first. Raises OSError."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def resolve_within(seconds: float, ask: Resolve, host: str, port: int) -> list[str]:
    """Return the addresses of a host; the system itself knows no time limit. Raises OSError or TimeoutError."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask(host, port))
        except UnicodeError:
            answers.put(OSError("no such name"))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=run, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise TimeoutError from error
    if isinstance(answer, OSError):
        raise answer
    return answer
