"""Files that their owner alone reads, and folders that one process works in at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from marketplace.backups.errors import BackupPlaceError
from marketplace.storage.digests import CHUNK_SIZE

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
IN_USE = "使用中 / in use"


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """Make a file that its owner alone reads, and see to it that its bytes are on the disk at the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Be the only one who writes backups into a folder; it is made if need be. Raises BackupPlaceError."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BackupPlaceError(place=str(folder), reason=IN_USE) from error
    else:
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of_file(file: BinaryIO) -> str:
    """Return the SHA-256 of what a file holds."""
    running = hashlib.sha256()
    while chunk := file.read(CHUNK_SIZE):
        running.update(chunk)
    return running.hexdigest()
