"""Blobs as objects of an S3 bucket."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from marketplace.storage.digests import CHUNK_SIZE, DIGEST, digest_of, require_digest, verified, verified_chunks
from marketplace.storage.errors import BlobMissingError, StorageUnavailableError
from marketplace.storage.resting import PAUSE_SECONDS, Rest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3
READ_SECONDS = 8
"""Without a single byte; what a storage that is well needs lies far below."""
ATTEMPTS = 2
DEFAULT_REGION = "us-east-1"

MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
ALREADY_THERE = frozenset({"412", "PreconditionFailed"})


@dataclass(frozen=True, slots=True)
class S3Place:
    """Where the objects are; `endpoint` is None for Amazon's own service."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None


class S3BlobStore:
    """One object per blob; the server checks the SHA-256 when it is written, this class when it is read."""

    def __init__(self, place: S3Place, *, lends: bool = False) -> None:
        """Make the client; nothing is sent before the first use."""
        self.place = place
        self.lends = lends
        self.client = make_client(place)
        self._rest = Rest()

    def put(self, data: bytes) -> str:
        """Write the object unless it is there; two writers at once can't disturb each other."""
        digest = digest_of(data)
        try:
            with refusing(digest, self._rest):
                self.client.put_object(
                    Bucket=self.place.bucket,
                    Key=self._key(digest),
                    Body=data,
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode("ascii"),
                    IfNoneMatch="*",
                )
        except _AlreadyThere:
            logger.debug("Blob %s was there already", digest)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes, verified."""
        with refusing(digest, self._rest):
            found = self.client.get_object(Bucket=self.place.bucket, Key=self._key(require_digest(digest)))
            with closing(found["Body"]) as body:
                return verified(digest, body.read())

    def open(self, digest: str) -> Iterator[bytes]:
        """Return the bytes in verified chunks; the connection is opened with the first."""
        if not self.exists(digest):
            raise BlobMissingError(digest=digest[:64])
        return verified_chunks(digest, self._chunks(digest))

    def open_part(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """Return some of the bytes in chunks."""
        return self._chunks(require_digest(digest), f"bytes={start}-{stop - 1}")

    def lend(self, digest: str, seconds: int, media: str, disposition: str) -> str | None:
        """Sign an address, which asks the server nothing; it answers GET with the type and the name given here."""
        if not self.lends:
            return None
        wanted = {"Bucket": self.place.bucket, "Key": self._key(require_digest(digest))}
        shown = {"ResponseContentType": media, "ResponseContentDisposition": disposition}
        with refusing(digest):
            return self.client.generate_presigned_url("get_object", Params=wanted | shown, ExpiresIn=seconds)

    def exists(self, digest: str) -> bool:
        """Ask the server whether it holds the object."""
        try:
            with refusing(digest, self._rest):
                self.client.head_object(Bucket=self.place.bucket, Key=self._key(require_digest(digest)))
        except BlobMissingError:
            return False
        return True

    def delete(self, digest: str) -> None:
        """Remove the object."""
        with refusing(digest, self._rest):
            self.client.delete_object(Bucket=self.place.bucket, Key=self._key(require_digest(digest)))

    def walk(self) -> Iterator[tuple[str, datetime]]:
        """Return every object under its own key; what else lies in the bucket is not ours."""
        prefix = f"{self.place.prefix}/" if self.place.prefix else ""
        with refusing(""):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.place.bucket, Prefix=prefix)
            for each in (each for page in pages for each in page.get("Contents", ())):
                digest = each["Key"].rpartition("/")[2]
                if DIGEST.fullmatch(digest) and self._key(digest) == each["Key"]:
                    yield digest, each["LastModified"]

    def _key(self, digest: str) -> str:
        return "/".join(part for part in (self.place.prefix, digest[:2], digest[2:4], digest) if part)

    def _chunks(self, digest: str, part: str | None = None) -> Iterator[bytes]:
        with refusing(digest, self._rest):
            bucket, key = self.place.bucket, self._key(digest)
            if part is None:
                found = self.client.get_object(Bucket=bucket, Key=key)
            else:
                found = self.client.get_object(Bucket=bucket, Key=key, Range=part)
            with closing(found["Body"]) as body:
                yield from body.iter_chunks(CHUNK_SIZE)


class _AlreadyThere(Exception):  # noqa: N818 - a signal inside this module, not a failure
    """The conditional write found the object."""


def make_client(place: S3Place) -> S3Client:
    """Return what speaks to a bucket."""
    # A session of its own: the library's shared one is not safe between threads and keeps old credentials.
    return boto3.session.Session().client(
        "s3",
        endpoint_url=place.endpoint,
        region_name=place.region or DEFAULT_REGION,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            signature_version="s3v4",
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            # Servers other than Amazon's seldom answer to bucket.host names.
            s3={"addressing_style": "path" if place.endpoint else "auto"},
        ),
    )


@contextmanager
def refusing(digest: str, rest: Rest | None = None) -> Iterator[None]:
    """Turn what the client library raises into our refusals; the cause goes to the log, never to the caller."""
    try:
        with nullcontext() if rest is None else rest.looking():
            yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ALREADY_THERE:
            raise _AlreadyThere from error
        if code in MISSING:
            raise BlobMissingError(digest=digest) from error
        logger.exception("S3 refused (%s)", code)
        raise StorageUnavailableError(retry_after=PAUSE_SECONDS) from error
    except BotoCoreError as error:
        logger.exception("S3 can't be reached")
        raise StorageUnavailableError(retry_after=PAUSE_SECONDS) from error
