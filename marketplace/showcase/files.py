"""Files of sample records: a picture shows their names and sizes, so that nobody needs their bytes."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bundle.model import AppDefinition
from marketplace.kintone.translation import SendFile
from marketplace.sandbox.files import store_upload
from marketplace.storage.digests import digest_of
from marketplace.storage.errors import BlobMissingError


class NoBlobs:
    """A store that keeps nothing."""

    def put(self, data: bytes) -> str:
        """Return the digest alone."""
        return digest_of(data)

    def get(self, digest: str) -> bytes:
        """Raise BlobMissingError."""
        raise BlobMissingError(digest=digest)

    def open(self, digest: str) -> Iterator[bytes]:
        """Raise BlobMissingError."""
        raise BlobMissingError(digest=digest)

    def open_part(self, digest: str, start: int, stop: int) -> Iterator[bytes]:  # noqa: ARG002 - the store's interface
        """Raise BlobMissingError."""
        raise BlobMissingError(digest=digest)

    def lend(self, digest: str, seconds: int, media: str, disposition: str) -> None:
        """Lend nothing."""

    def exists(self, digest: str) -> bool:  # noqa: ARG002 - the store's interface
        """Tell that it is not there."""
        return False

    def delete(self, digest: str) -> None:
        """Do nothing."""

    def walk(self) -> Iterator[tuple[str, datetime]]:
        """Return nothing."""
        return iter(())


class Uploads:
    """Takes the files of sample records for uploaded."""

    def __init__(self, session: Session, site_id: str, now: datetime) -> None:
        """Keep where they go."""
        self._session, self._site_id, self._now = session, site_id, now

    def of(self, app: AppDefinition) -> SendFile:
        """Return what uploads the files of one app."""

        def send(path: str) -> str:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return store_upload(
                self._session,
                NoBlobs(),
                self._site_id,
                name=path.rsplit("/", 1)[-1],
                content_type=kind,
                data=app.files.get(path, b""),
                now=self._now,
            )

        return send
