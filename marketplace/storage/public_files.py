"""Public files in a folder, or as objects of an S3 bucket; whoever serves either serves them without this service."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from marketplace.storage.errors import BlobMissingError, StorageUnavailableError
from marketplace.storage.local import UNFINISHED, refusal_of, write_whole
from marketplace.storage.resting import Rest
from marketplace.storage.s3 import S3Place, make_client, refusing

logger = logging.getLogger(__name__)
READABLE = 0o644
MEDIA = {".json": "application/json", ".zip": "application/zip"}


class FolderPublicFiles:
    """Files below a folder; a file is whole or not there."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first file."""
        self.folder = folder

    def put(self, path: str, data: bytes) -> None:
        """Write beside and move into place. Raises StorageUnavailableError or OutOfSpaceError."""
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, data, mode=READABLE)
        except OSError as error:
            logger.exception("Public files can't be written")
            raise refusal_of(error) from error

    def get(self, path: str) -> bytes | None:
        """Return the file. Raises StorageUnavailableError."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            logger.exception("Public files can't be read")
            raise StorageUnavailableError from error

    def exists(self, path: str) -> bool:
        """Tell whether a file is there."""
        return (self.folder / path).is_file()

    def walk(self) -> Iterator[tuple[str, int]]:
        """Return every file but those that are being written. Raises StorageUnavailableError."""
        try:
            for folder, _folders, names in os.walk(self.folder):
                for path in (Path(folder) / name for name in names if not name.startswith(UNFINISHED)):
                    with suppress(FileNotFoundError):
                        yield path.relative_to(self.folder).as_posix(), path.stat().st_size
        except OSError as error:
            logger.exception("Public files can't be listed")
            raise StorageUnavailableError from error


class BucketPublicFiles:
    """Objects below a prefix."""

    def __init__(self, place: S3Place) -> None:
        """Make the client; nothing is sent before the first use."""
        self.place = place
        self.client = make_client(place)
        self._rest = Rest()

    def put(self, path: str, data: bytes) -> None:
        """Write the object. Raises StorageUnavailableError."""
        with refusing(path, self._rest):
            self.client.put_object(
                Bucket=self.place.bucket, Key=self._key(path), Body=data, ContentType=MEDIA[Path(path).suffix]
            )

    def get(self, path: str) -> bytes | None:
        """Return the object. Raises StorageUnavailableError."""
        try:
            with refusing(path, self._rest):
                found = self.client.get_object(Bucket=self.place.bucket, Key=self._key(path))
                with closing(found["Body"]) as body:
                    return body.read()
        except BlobMissingError:
            return None

    def exists(self, path: str) -> bool:
        """Ask the server whether it holds the object."""
        try:
            with refusing(path, self._rest):
                self.client.head_object(Bucket=self.place.bucket, Key=self._key(path))
        except BlobMissingError:
            return False
        return True

    def walk(self) -> Iterator[tuple[str, int]]:
        """Return every object below the prefix. Raises StorageUnavailableError."""
        prefix = self._key("")
        with refusing(prefix, self._rest):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.place.bucket, Prefix=prefix)
            for each in (each for page in pages for each in page.get("Contents", ())):
                yield each["Key"].removeprefix(prefix), each["Size"]

    def _key(self, path: str) -> str:
        return f"{self.place.prefix}/{path}"
