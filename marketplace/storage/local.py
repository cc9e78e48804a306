"""Blobs as files in a folder."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from marketplace.kernel.errors import OutageError, OutOfSpaceError
from marketplace.storage.digests import CHUNK_SIZE, DIGEST, digest_of, require_digest, verified, verified_chunks
from marketplace.storage.errors import BlobDamagedError, BlobMissingError, StorageUnavailableError

logger = logging.getLogger(__name__)
UNFINISHED = ".new-"
"""Begins the name of a file that is being written."""
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalBlobStore:
    """One file per blob under two levels of folders; a file under its digest is whole or not there."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first blob."""
        self.folder = folder
        self._lasting: set[str] = set()
        """The folders in it whose names are on the disk for certain."""

    def put(self, data: bytes) -> str:
        """Write to a temporary file and move it into place; a damaged blob of the same name is mended."""
        digest = digest_of(data)
        with _refusing(digest):
            if not self._holds_sound(digest):
                self._write(self._path(digest), data)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes, verified."""
        with _refusing(digest):
            return verified(digest, self._path(require_digest(digest)).read_bytes())

    def open(self, digest: str) -> Iterator[bytes]:
        """Return the bytes in verified chunks."""
        if not self.exists(digest):
            raise BlobMissingError(digest=digest[:64])
        return verified_chunks(digest, self._chunks(digest))

    def open_part(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """Return some of the bytes in chunks."""
        with _refusing(digest), self._path(require_digest(digest)).open("rb") as file:
            file.seek(start)
            while chunk := file.read(min(CHUNK_SIZE, stop - file.tell())):
                yield chunk

    def lend(self, digest: str, seconds: int, media: str, disposition: str) -> None:
        """Have no address: the service sends files itself."""

    def exists(self, digest: str) -> bool:
        """Tell whether the file is there."""
        try:
            return self._path(require_digest(digest)).is_file()
        except BlobMissingError:
            return False

    def delete(self, digest: str) -> None:
        """Remove the file."""
        with _refusing(digest):
            self._path(require_digest(digest)).unlink(missing_ok=True)

    def walk(self) -> Iterator[tuple[str, datetime]]:
        """Return every file under its own name; what else lies in the folder is not ours."""
        for folder, _folders, names in os.walk(self.folder):
            for name in names:
                if DIGEST.fullmatch(name) and self._path(name).parent == Path(folder):
                    with suppress(FileNotFoundError):
                        yield name, datetime.fromtimestamp(self._path(name).stat().st_mtime, UTC)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def _holds_sound(self, digest: str) -> bool:
        try:
            self.get(digest)
        except (BlobMissingError, BlobDamagedError):
            return False
        return True

    def _write(self, path: Path, data: bytes) -> None:
        upper = path.parent.parent
        try:
            path.parent.mkdir(exist_ok=True)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lasting.discard(upper.name)
        write_whole(path, data)
        # The new names last through a power cut only once their folders are on the disk too.
        sync_folder(upper)
        if upper.name not in self._lasting:
            sync_folder(self.folder)
            self._lasting.add(upper.name)

    def _chunks(self, digest: str) -> Iterator[bytes]:
        with _refusing(digest), self._path(digest).open("rb", buffering=0) as file:
            # Room for as much as there is: a whole chunk's for a small file costs as much as reading it.
            left = os.fstat(file.fileno()).st_size
            while chunk := file.read(min(left, CHUNK_SIZE)):
                left -= len(chunk)
                yield chunk


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file so that it is whole or not there, whatever happens; its folder is there."""
    descriptor, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _refusing(digest: str) -> Iterator[None]:
    """Turn the operating system's errors (disk full, no right to the folder) into refusals."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissingError(digest=digest) from error
    except OSError as error:
        logger.exception("Local blob storage failed")
        raise refusal_of(error) from error


def refusal_of(error: OSError) -> OutageError:
    """Return what people are told of an error of the operating system."""
    return OutOfSpaceError() if error.errno in NO_SPACE else StorageUnavailableError()
