"""A backup as one .tar file: files, blobs in the order of their names, and the manifest at the end."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from marketplace.backups.errors import BackupDamagedError, BackupNotFoundError
from marketplace.backups.files import PRIVATE_FILE, PRIVATE_FOLDER, alone_in, private_file, sync_folder
from marketplace.backups.manifest import MANIFEST
from marketplace.storage.digests import digest_of

BLOBS = "blobs/"


class KeptTape:
    """A backup in one file."""

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self._path = path

    def read_manifest(self) -> bytes:
        """Return the last file."""
        try:
            with self._member(MANIFEST) as file:
                return file.read()
        except (FileNotFoundError, BackupDamagedError) as error:
            raise BackupNotFoundError(place=str(self._path)) from error

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Open a file."""
        with self._member(name) as file:
            yield file

    def read_blobs(self, digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Return the blobs as they pass by: both the names and the blobs come in order."""
        with self._path.open("rb") as raw:
            passing = _blobs_of(raw)
            name, data = next(passing, ("", b""))
            for digest in digests:
                while name and name < digest:
                    name, data = next(passing, ("", b""))
                is_sound = name == digest and digest_of(data) == digest
                yield digest, data if is_sound else None

    @contextmanager
    def _member(self, name: str) -> Iterator[BinaryIO]:
        with self._path.open("rb") as raw:
            for tape, member in _members(raw):
                if member.name == name:
                    yield cast("BinaryIO", tape.extractfile(member))
                    return
        raise BackupDamagedError(what=name)


class TapeDraft:
    """A file under a name that does not count."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Make the file."""
        self._path, self.folder = path, folder
        self._new = folder / "new"
        self._scope = private_file(self._new)
        self._tape = tarfile.open(fileobj=self._scope.__enter__(), mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._last = ""

    def put_files(self, names: Iterable[str]) -> None:
        """Put the prepared files in front."""
        for name in names:
            path = self.folder / name
            with path.open("rb") as file:
                self._add(name, path.stat().st_size, file)
            path.unlink()

    def lacks(self, digest: str) -> bool:
        """Tell whether the blob comes after those that are there."""
        return digest > self._last

    def add_blob(self, digest: str, data: bytes) -> None:
        """Put a blob behind the others."""
        self._add(BLOBS + digest, len(data), io.BytesIO(data))
        self._last = digest

    def seal(self, manifest: bytes) -> KeptTape:
        """Put the manifest at the end and close the file."""
        self._add(MANIFEST, len(manifest), io.BytesIO(manifest))
        self._tape.close()
        self._scope.__exit__(None, None, None)
        return KeptTape(self._new)

    def finish(self) -> str:
        """Give the file its name in one move."""
        self._new.replace(self._path)
        sync_folder(self._path.parent)
        return str(self._path)

    def _add(self, name: str, size: int, content: BinaryIO) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE_FILE
        self._tape.addfile(member, content)
        _forget_members(self._tape)


class TapePlace:
    """The place of one file."""

    keeps_many = False

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self._path = path

    def names(self) -> list[str]:
        """Return the name of the file, if it is there."""
        return [self._path.name] if self._path.is_file() else []

    def open(self, name: str) -> KeptTape:
        """Return the backup."""
        return KeptTape(self._path.with_name(name))

    @contextmanager
    def begin(self, name: str) -> Iterator[TapeDraft]:  # noqa: ARG002 - the file has its name
        """Clear away what a killed run left, as nobody else is at work here, and begin."""
        with alone_in(self._path.parent):
            folder = self._path.with_name(f".{self._path.name}.unfinished")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=PRIVATE_FOLDER)
            try:
                yield TapeDraft(self._path, folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def forget(self, names: Iterable[str], digests: Iterable[str]) -> int:  # noqa: ARG002 - there is one
        """Delete nothing: the file holds one backup."""
        return 0


def _members(raw: BinaryIO) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Return what is in a file, one after the other, remembering none. Raises BackupDamagedError."""
    try:
        with tarfile.open(fileobj=raw, mode="r:") as tape:
            while member := tape.next():
                yield tape, member
                _forget_members(tape)
    except tarfile.TarError as error:
        raise BackupDamagedError(what="tar") from error


def _blobs_of(raw: BinaryIO) -> Iterator[tuple[str, bytes]]:
    for tape, member in _members(raw):
        file = tape.extractfile(member) if member.name.startswith(BLOBS) else None
        if file is not None:
            yield member.name.removeprefix(BLOBS), file.read()


def _forget_members(tape: Any) -> None:
    """Let the library forget what passed by: it would remember every file."""
    tape.members.clear()
