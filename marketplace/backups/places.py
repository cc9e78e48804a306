"""Where backups are kept: a folder or an S3 prefix holds many that share their blobs, a .tar file holds one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from marketplace.backups.bucket import BucketPlace
from marketplace.backups.folder import FolderPlace
from marketplace.backups.tape import TapePlace
from marketplace.storage.opening import read_place

SUFFIX = ".tar"


class Kept(Protocol):
    """A backup that can be read."""

    def read_manifest(self) -> bytes:
        """Return the manifest. Raises BackupNotFoundError."""
        ...

    def open_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open rows, list of blobs or keys. Raises BackupDamagedError where there is no such file."""
        ...

    def read_blobs(self, digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Return blobs by their names, which come in order; None for one that is not there or not as it was."""
        ...


class Draft(Protocol):
    """A backup that is being made; it looks complete only after the last step."""

    folder: Path
    """Where its files are prepared."""

    def put_files(self, names: Iterable[str]) -> None:
        """Take the prepared files."""
        ...

    def lacks(self, digest: str) -> bool:
        """Tell whether a blob has to be copied."""
        ...

    def add_blob(self, digest: str, data: bytes) -> None:
        """Take a blob, also in the place of a damaged one of the same name."""
        ...

    def seal(self, manifest: bytes) -> Kept:
        """Take the manifest, and return the whole as it will be read."""
        ...

    def finish(self) -> str:
        """Let it count from now on, and return where it is."""
        ...


class Place(Protocol):
    """Where backups are kept."""

    keeps_many: bool

    def names(self) -> list[str]:
        """Return the names of the complete backups, oldest first."""
        ...

    def open(self, name: str) -> Kept:
        """Return a backup."""
        ...

    def begin(self, name: str) -> AbstractContextManager[Draft]:
        """Begin a backup; what is not finished at the end is cleared away. Raises BackupPlaceError."""
        ...

    def forget(self, names: Iterable[str], digests: Iterable[str]) -> int:
        """Delete backups, and then all blobs but those named; return how many blobs went."""
        ...


def open_place(address: str, scratch: Path) -> Place:
    """Return what an address names: `s3://bucket/prefix?…`, a file that ends in .tar, or a folder.

    What has to lie on this machine for a while goes into the folder `scratch`. Raises StorageUrlError.
    """
    if address.startswith("s3://"):
        return BucketPlace(read_place(address), scratch)
    path = Path(address).absolute()
    return TapePlace(path) if path.suffix == SUFFIX else FolderPlace(path)
