"""Backups in a folder: each in a folder of its own, their blobs together beside them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from marketplace.backups.errors import BackupDamagedError, BackupNotFoundError, BackupPlaceError
from marketplace.backups.files import PRIVATE_FOLDER, alone_in, private_file, sync_folder
from marketplace.backups.manifest import MANIFEST
from marketplace.kernel.errors import OutOfSpaceError
from marketplace.kernel.ports import BlobStore
from marketplace.storage.digests import DIGEST
from marketplace.storage.errors import BlobDamagedError, BlobMissingError, StorageUnavailableError
from marketplace.storage.local import LocalBlobStore

BLOBS = "blobs"
UNFINISHED = ".unfinished-"


class KeptFolder:
    """One backup in a folder."""

    def __init__(self, folder: Path, blobs: BlobStore) -> None:
        """Keep the places."""
        self._folder, self._blobs = folder, blobs

    def read_manifest(self) -> bytes:
        """Return the manifest."""
        try:
            return (self._folder / MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BackupNotFoundError(place=str(self._folder)) from error

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Open a file."""
        path = self._folder / name
        if not path.is_file():
            raise BackupDamagedError(what=name)
        with path.open("rb") as file:
            yield file

    def read_blobs(self, digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Return blobs one by one."""
        return read_each(self._blobs, digests)


class FolderDraft:
    """A backup under a name that does not count."""

    def __init__(self, root: Path, name: str, blobs: LocalBlobStore) -> None:
        """Make the folder."""
        self._root, self._name, self._blobs = root, name, blobs
        self.folder = root / f"{UNFINISHED}{name}"
        self.folder.mkdir(mode=PRIVATE_FOLDER)
        blobs.folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)

    def put_files(self, names: Iterable[str]) -> None:
        """Leave the files where they were prepared."""

    def lacks(self, digest: str) -> bool:
        """Tell whether no backup here has the blob yet."""
        return not self._blobs.exists(digest)

    def add_blob(self, digest: str, data: bytes) -> None:
        """Write a blob; a damaged one is mended."""
        try:
            self._blobs.put(data)
        except (OutOfSpaceError, StorageUnavailableError) as error:
            raise BackupPlaceError(place=f"{self._blobs.folder}/{digest}", reason=str(error.__cause__)) from error

    def seal(self, manifest: bytes) -> KeptFolder:
        """Write the manifest."""
        with private_file(self.folder / MANIFEST) as file:
            file.write(manifest)
        sync_folder(self.folder)
        return KeptFolder(self.folder, self._blobs)

    def finish(self) -> str:
        """Give the folder its name in one move."""
        finished = self._root / self._name
        self.folder.rename(finished)
        sync_folder(self._root)
        return str(finished)


class FolderPlace:
    """A folder of backups, or one backup in it."""

    keeps_many = True

    def __init__(self, folder: Path) -> None:
        """Find out whether the path names the whole or one of the backups."""
        self._only = folder.name if (folder / MANIFEST).is_file() else None
        self._root = folder.parent if self._only else folder
        self._blobs = LocalBlobStore(self._root / BLOBS)

    def names(self) -> list[str]:
        """Return the folders with a manifest."""
        found = [path.parent.name for path in self._root.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")]
        return sorted(name for name in found if self._only in {None, name})

    def open(self, name: str) -> KeptFolder:
        """Return a backup."""
        return KeptFolder(self._root / name, self._blobs)

    @contextmanager
    def begin(self, name: str) -> Iterator[FolderDraft]:
        """Clear away what a killed run left, as nobody else is at work here, and begin."""
        with alone_in(self._root):
            self._clear()
            try:
                yield FolderDraft(self._root, name, self._blobs)
            finally:
                self._clear()

    def forget(self, names: Iterable[str], digests: Iterable[str]) -> int:
        """Delete backups, the manifest first, and the blobs that only they named."""
        with alone_in(self._root):
            for name in names:
                (self._root / name / MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(self._root / name)
            kept, gone = {bytes.fromhex(digest) for digest in digests}, 0
            for digest in _walk(self._blobs.folder):
                if bytes.fromhex(digest) not in kept:
                    self._blobs.delete(digest)
                    gone += 1
        return gone

    def _clear(self) -> None:
        for left in self._root.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)


def read_each(blobs: BlobStore, digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Return blobs of a store, None for each that is not there or not as it was."""
    for digest in digests:
        try:
            yield digest, blobs.get(digest)
        except (BlobMissingError, BlobDamagedError):
            yield digest, None


def _walk(folder: Path) -> Iterator[str]:
    for _place, _folders, files in os.walk(folder):
        yield from (name for name in files if DIGEST.fullmatch(name))
