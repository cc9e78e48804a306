"""Backups below a prefix of an S3 bucket: the objects of each below its name, their blobs together beside them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from marketplace.backups.errors import BackupDamagedError, BackupNotFoundError
from marketplace.backups.folder import BLOBS, read_each
from marketplace.backups.manifest import DIGESTS, KEYS, MANIFEST, ROWS
from marketplace.storage.digests import DIGEST
from marketplace.storage.errors import BlobMissingError
from marketplace.storage.s3 import S3BlobStore, S3Place, refusing

PARTS = (MANIFEST, ROWS, DIGESTS, KEYS)


class _Objects:
    """The objects below a prefix that are no blobs."""

    def __init__(self, place: S3Place) -> None:
        self._bucket, self._prefix = place.bucket, f"{place.prefix}/" if place.prefix else ""
        self.client = S3BlobStore(place).client

    def put(self, key: str, path: Path) -> None:
        with refusing(key), path.open("rb") as file:
            self.client.upload_fileobj(file, self._bucket, self._prefix + key)

    def get(self, key: str, path: Path) -> None:
        with refusing(key):
            self.client.download_file(self._bucket, self._prefix + key, str(path))

    def delete(self, key: str) -> None:
        with refusing(key):
            self.client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def has(self, key: str) -> bool:
        return key in self.keys(key)

    def folders(self) -> Iterator[str]:
        with refusing(""):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            for page in pages:
                found = (each["Prefix"] for each in page.get("CommonPrefixes", ()))
                yield from (name.removeprefix(self._prefix).rstrip("/") for name in found)

    def keys(self, below: str) -> Iterator[str]:
        with refusing(below):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + below
            )
            for page in pages:
                yield from (each["Key"].removeprefix(self._prefix) for each in page.get("Contents", ()))


class KeptObjects:
    """One backup in a bucket; a manifest that is not there yet may be given."""

    def __init__(self, objects: _Objects, name: str, blobs: S3BlobStore, scratch: Path, manifest: bytes = b"") -> None:
        """Keep the places."""
        self._objects, self._name, self._blobs, self._scratch = objects, name, blobs, scratch
        self._manifest = manifest

    def read_manifest(self) -> bytes:
        """Return the manifest."""
        if self._manifest:
            return self._manifest
        try:
            with self.open_file(MANIFEST) as file:
                return file.read()
        except BackupDamagedError as error:
            raise BackupNotFoundError(place=self._name) from error

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Fetch a file and open it."""
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=self._scratch) as folder:
            path = Path(folder) / name
            try:
                self._objects.get(f"{self._name}/{name}", path)
            except BlobMissingError as error:
                raise BackupDamagedError(what=name) from error
            with path.open("rb") as file:
                yield file

    def read_blobs(self, digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Return blobs one by one."""
        return read_each(self._blobs, digests)


class BucketDraft:
    """A backup without a manifest, which does not count."""

    def __init__(self, objects: _Objects, name: str, blobs: S3BlobStore, folder: Path) -> None:
        """Keep the places."""
        self._objects, self._name, self._blobs, self.folder = objects, name, blobs, folder

    def put_files(self, names: Iterable[str]) -> None:
        """Send the prepared files."""
        for name in names:
            self._objects.put(f"{self._name}/{name}", self.folder / name)

    def lacks(self, digest: str) -> bool:
        """Ask whether no backup here has the blob yet."""
        return not self._blobs.exists(digest)

    def add_blob(self, digest: str, data: bytes) -> None:
        """Send a blob; one of the same name is there only if it is damaged."""
        self._blobs.delete(digest)
        self._blobs.put(data)

    def seal(self, manifest: bytes) -> KeptObjects:
        """Keep the manifest back until all has been read."""
        (self.folder / MANIFEST).write_bytes(manifest)
        return KeptObjects(self._objects, self._name, self._blobs, self.folder, manifest)

    def finish(self) -> str:
        """Send the manifest."""
        self._objects.put(f"{self._name}/{MANIFEST}", self.folder / MANIFEST)
        return self._name

    def clear(self) -> None:
        """Delete what was sent of a backup that was not finished."""
        if not self._objects.has(f"{self._name}/{MANIFEST}"):
            for name in PARTS:
                self._objects.delete(f"{self._name}/{name}")


class BucketPlace:
    """A prefix below which backups are."""

    keeps_many = True

    def __init__(self, place: S3Place, scratch: Path) -> None:
        """Make the clients; nothing is sent before the first use."""
        self._objects, self._scratch = _Objects(place), scratch
        self._blobs = S3BlobStore(replace(place, prefix="/".join(part for part in (place.prefix, BLOBS) if part)))

    def names(self) -> list[str]:
        """Return what has a manifest."""
        return sorted(name for name in self._objects.folders() if self._objects.has(f"{name}/{MANIFEST}"))

    def open(self, name: str) -> KeptObjects:
        """Return a backup."""
        return KeptObjects(self._objects, name, self._blobs, self._scratch)

    @contextmanager
    def begin(self, name: str) -> Iterator[BucketDraft]:
        """Prepare files in a folder of this machine."""
        folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=self._scratch))
        draft = BucketDraft(self._objects, name, self._blobs, folder)
        try:
            yield draft
        except BaseException:
            draft.clear()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def forget(self, names: Iterable[str], digests: Iterable[str]) -> int:
        """Delete backups, the manifest first, and the blobs that only they named."""
        for name in names:
            for part in PARTS:
                self._objects.delete(f"{name}/{part}")
        kept, gone = {bytes.fromhex(digest) for digest in digests}, 0
        for key in self._objects.keys(f"{BLOBS}/"):
            digest = key.rpartition("/")[2]
            if DIGEST.fullmatch(digest) and bytes.fromhex(digest) not in kept:
                self._blobs.delete(digest)
                gone += 1
        return gone
