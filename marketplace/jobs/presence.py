"""Tells for certain that a worker of this machine is dead: the system lets go of a lock when its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from marketplace.kernel.ids import new_id

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SUFFIX = ".lock"
TRACES_KEPT = 50
SETTLED_SECONDS = 2.0
"""A file this young may belong to a worker that is about to lock it, which a look at the lock would disturb."""


class Presence:
    """A worker's name, and a lock on a file of that name for as long as the worker lives.

    The name holds the running system and the file itself, so that neither a restart nor a copy of the folder, which
    another machine may use, lets a living worker look dead. What can't be told for certain counts as alive.
    """

    def __init__(self, folder: Path) -> None:
        """Take a name in a folder that the workers of this machine share, and clear away what the dead left there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._remove_traces()
        key = new_id()
        self._handle = os.open(self._path(key), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.name = f"{key}.{_mark(self._handle)}"

    def is_gone(self, name: str) -> bool:
        """Tell whether the worker of that name ran on this system and has ended."""
        key, _dot, mark = name.partition(".")
        if not mark or not key.isalnum():
            return False
        try:
            handle = os.open(self._path(key), os.O_RDWR)
        except OSError:
            return False
        try:
            return _mark(handle) == mark and _is_free(handle)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Let go of the name; its file stays for those who ask."""
        os.close(self._handle)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{SUFFIX}"

    def _remove_traces(self) -> None:
        """Remove the files of all but the latest of the dead: no lease outlives so many workers."""
        found = sorted(self._folder.glob(f"*{SUFFIX}"), key=_age, reverse=True)
        for path in found[TRACES_KEPT:]:
            with suppress(OSError):
                handle = os.open(path, os.O_RDWR)
                try:
                    if _is_free(handle):
                        path.unlink(missing_ok=True)
                finally:
                    os.close(handle)


def count_present(folder: Path) -> int:
    """Return how many workers hold a lock in a folder."""
    return sum(_is_present(path) for path in folder.glob(f"*{SUFFIX}"))


def _is_present(path: Path) -> bool:
    if time.time() - _age(path) < SETTLED_SECONDS:
        return True
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _mark(handle: int) -> str:
    """Return what only this file on this running system has; nothing where the system does not tell."""
    try:
        boot = BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
    found = os.fstat(handle)
    return f"{boot}.{found.st_dev}.{found.st_ino}"


def _is_free(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
