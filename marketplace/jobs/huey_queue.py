"""The queue of this machine: a Huey queue in an SQLite file, which may be lost without losing work."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey

logger = logging.getLogger(__name__)

Errand = tuple[str, str]
"""A job's name and the subject it runs for."""

TASK = "run"


class HueyQueue:
    """Wakes the worker of this machine; the database holds what is to be done."""

    def __init__(self, path: Path) -> None:
        """Keep the place of the file; it is opened by the first use, in the process that uses it."""
        self.path = path
        self._opened: tuple[SqliteHuey, Callable[[str, str], object]] | None = None
        self._run: Callable[[str, str], None] = _run_nothing

    def enqueue(self, job: str, subject_id: str) -> None:
        """Ask for a run; a queue that fails only delays it until the next sweep."""
        try:
            self._open()[1](job, subject_id)
        except (sqlite3.Error, OSError):
            logger.exception("The queue failed; a sweep will find %s for %s", job, subject_id)

    def waiting(self) -> set[Errand]:
        """Return what is in the queue and not yet begun."""
        return {(task.args[0], task.args[1]) for task in self._open()[0].pending()}

    def serve(self, run: Callable[[str, str], None]) -> SqliteHuey:
        """Return the Huey queue for a consumer, which will call `run` for each errand."""
        self._run = run
        return self._open()[0]

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened[0].storage.close()
            self._opened = None

    def _open(self) -> tuple[SqliteHuey, Callable[[str, str], object]]:
        if self._opened is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            huey = self._open_file()
            task = huey.task(name=TASK)(self._dispatch)
            self._opened = (huey, task)
        return self._opened

    def _open_file(self) -> SqliteHuey:
        try:
            return _make_huey(self.path)
        except sqlite3.OperationalError:
            raise  # Locked or not to be reached: what is in it may still be good.
        except sqlite3.DatabaseError:
            logger.exception("The queue's file is damaged and starts anew; sweeps find the work")
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            return _make_huey(self.path)

    def _dispatch(self, job: str, subject_id: str) -> None:
        self._run(job, subject_id)


def _make_huey(path: Path) -> SqliteHuey:
    return SqliteHuey("yokoten", filename=str(path), results=False, fsync=False)


def _run_nothing(job: str, subject_id: str) -> None:
    raise RuntimeError(f"No worker serves this queue ({job}, {subject_id})")
