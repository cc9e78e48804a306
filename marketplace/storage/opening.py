"""Chooses the blob store that an address names, and the place of public files beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from marketplace.kernel.ports import BlobStore
from marketplace.kernel.public_files import PublicFiles
from marketplace.storage.errors import StorageUrlError
from marketplace.storage.local import LocalBlobStore
from marketplace.storage.public_files import BucketPublicFiles, FolderPublicFiles
from marketplace.storage.s3 import S3BlobStore, S3Place

FILE_SCHEME = "file://"
PUBLIC = "index"


def open_blob_store(url: str, *, lends: bool = False) -> BlobStore:
    """Return the store at `file:///folder` or `s3://bucket/prefix?endpoint=http://…&region=…`.

    One that lends gives readers addresses of its own server, where it has one.
    What follows `file://` is taken as a path letter by letter, so a folder may have any name.
    S3 credentials come from the usual AWS variables. Raises StorageUrlError.
    """
    if url.startswith(FILE_SCHEME):
        return LocalBlobStore(_read_folder(url))
    if url.startswith("s3://"):
        return S3BlobStore(read_place(url), lends=lends)
    raise StorageUrlError(f"Storage address {url!r}: use file:///folder or s3://bucket/prefix")


def open_public_files(url: str) -> PublicFiles:
    """Return the place beside the blobs, named `index`, for files that anybody may read. Raises StorageUrlError."""
    if url.startswith(FILE_SCHEME):
        return FolderPublicFiles(_read_folder(url) / PUBLIC)
    place = read_place(url)
    return BucketPublicFiles(replace(place, prefix="/".join(part for part in (place.prefix, PUBLIC) if part)))


def _read_folder(url: str) -> Path:
    folder = Path(url.removeprefix(FILE_SCHEME))
    if not folder.is_absolute():
        raise StorageUrlError(f"Storage address {url!r}: the folder must be absolute, as in file:///folder")
    return folder


def read_place(url: str) -> S3Place:
    """Return the bucket and prefix that an address names. Raises StorageUrlError."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - {"endpoint", "region"})
    if unknown:
        raise StorageUrlError(f"Storage address {url!r}: unknown options {', '.join(unknown)}")
    if not parts.netloc or "@" in parts.netloc:
        raise StorageUrlError("Storage address s3://…: name a bucket, and keep credentials in the AWS variables")
    return S3Place(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=options.get("endpoint") or None,
        region=options.get("region") or None,
    )
