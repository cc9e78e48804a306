"""Where an index is read from; every file is bounded, and believed only after its digest was checked."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from marketplace.mirror.errors import (
    IndexFileNotFoundError,
    IndexForgedError,
    IndexTooLargeError,
    IndexUnreachableError,
)


class Source(Protocol):
    """Reads files of an index by their paths."""

    def read(self, path: str, most: int) -> bytes:
        """Return a file of at most so many bytes.

        Raises IndexFileNotFoundError, IndexTooLargeError or IndexUnreachableError.
        """
        ...


class FolderSource:
    """An index in a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        self.folder = folder

    def read(self, path: str, most: int) -> bytes:
        """Return a file."""
        place = self.folder / path
        try:
            if place.exists() and not place.is_file():
                # A pipe would be waited for without end.
                raise IndexUnreachableError(path=path, reason="no plain file")
            with place.open("rb") as file:
                content = file.read(most + 1)
        except FileNotFoundError as error:
            raise IndexFileNotFoundError(path=path) from error
        except OSError as error:
            raise IndexUnreachableError(path=path, reason=error.strerror or "") from error
        if len(content) > most:
            raise IndexTooLargeError(path=path, most=most)
        return content


def read_exact(source: Source, path: str, digest: str, most: int) -> bytes:
    """Return a file that bears a digest. Raises IndexForgedError besides what sources raise."""
    content = source.read(path, most)
    if hashlib.sha256(content).hexdigest() != digest:
        raise IndexForgedError(path=path)
    return content
