"""The folder in which the processes of one service keep their figures, for whoever answers /metrics to add up."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

LOCK = "lock"
LIVE = "gauge_live"


class MetricsFolder:
    """A new folder, and a lock on it for as long as the service runs: what earlier ones left is cleared away."""

    def __init__(self, parent: Path) -> None:
        """Make the folder."""
        parent.mkdir(parents=True, exist_ok=True)
        _clear(parent)
        self.path = Path(mkdtemp(prefix="run-", dir=parent))
        self._handle = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def forget_dead(self) -> None:
        """Remove the figures that say how things stand of processes that are no more; what they counted stays."""
        for path in self.path.glob(f"{LIVE}*_*.db"):
            number = path.stem.rpartition("_")[2]
            if number.isdecimal() and not _is_alive(int(number)):
                path.unlink(missing_ok=True)

    def written(self) -> list[str]:
        """Return the files that hold figures; of a file just opened by its process there is nothing to read yet."""
        return [str(path) for path in self.path.glob("*.db") if _holds_figures(path)]


def _clear(parent: Path) -> None:
    for folder in parent.glob("run-*"):
        try:
            handle = os.open(folder / LOCK, os.O_RDWR)
        except OSError:
            continue  # It is about to be locked, or being cleared by another.
        try:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


def _holds_figures(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
