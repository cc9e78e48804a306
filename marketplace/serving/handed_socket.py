"""A listening socket that systemd holds (sd_listen_fds(3)): callers wait while the web server is started again."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping

FIRST_HANDED = 3


def handed_listener(environ: MutableMapping[str, str] | None = None) -> socket.socket | None:
    """Return the socket that was handed to this process, if one was; the children are not told of it."""
    environ = os.environ if environ is None else environ
    pid, count = environ.pop("LISTEN_PID", ""), environ.pop("LISTEN_FDS", "")
    environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or count != "1":
        return None
    listener = socket.socket(fileno=FIRST_HANDED)
    listener.set_inheritable(False)
    return listener
