"""Files that one process at a time may hold."""

from __future__ import annotations

import sys
from typing import IO


def lock_file(file: IO[bytes]) -> None:
    """Hold a file as long as it is open, and not a moment longer than the process lives.

    Raises OSError where somebody else holds it.
    """
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - each system has its own

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - each system has its own

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
