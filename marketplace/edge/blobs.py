"""Sends stored files, never whole in memory: in pieces, by range, or as an address at the storage itself."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from marketplace.edge.cache_control import caches_are_told
from marketplace.edge.context import marketplace_app
from marketplace.edge.entity_tags import is_known
from marketplace.kernel.ports import BlobStore

IMMUTABLE = "public, max-age=31536000, immutable"
LENT_SECONDS = 300
"""How long the address of a public file can be used."""
PRIVATELY_LENT_SECONDS = 60
"""Of a private one: it may outlive the right to the file by no more than this."""
STORED = "yokoten.stored"
"""WSGI environment key of the digest of the stored file that is the whole content of the answer."""
REDIRECT_KEPT = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class BlobFile:
    """A stored file as readers get it; its digest and size are those of its row."""

    digest: str
    size: int
    name: str
    media: str = "application/zip"

    @property
    def disposition(self) -> str:
        """How a browser saves it."""
        ascii_name = self.name if self.name.isascii() and self.name.isprintable() else ""
        if ascii_name and '"' not in ascii_name and "\\" not in ascii_name:
            return f'attachment; filename="{ascii_name}"'
        return f"attachment; filename*=UTF-8''{quote(self.name, safe='')}"


def send_public_blob(file: BlobFile) -> Response:
    """Send a file that anybody may keep for ever: from the storage itself, where that lends addresses."""
    return _send(file, IMMUTABLE, lambda blobs: blobs.lend(file.digest, LENT_SECONDS, file.media, file.disposition))


def send_private_blob(file: BlobFile) -> Response:
    """Send a file to a browser that may have it now, also by an address that is good for a minute."""
    lent = PRIVATELY_LENT_SECONDS
    return _send(file, "no-store", lambda blobs: blobs.lend(file.digest, lent, file.media, file.disposition))


def send_private_blob_from_here(file: BlobFile) -> Response:
    """Send a file to a client whose credentials must not follow it to another host."""
    return _send(file, "no-store", lambda _blobs: None)


def _send(file: BlobFile, cache_control: str, lend: Callable[[BlobStore], str | None]) -> Response:
    response = Response(content_type=file.media)
    response.set_etag(file.digest)
    response.accept_ranges = "bytes"
    response.headers["Cache-Control"] = cache_control
    response.headers["Content-Disposition"] = file.disposition
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(file.digest)).decode('ascii')}:"
    response.headers["X-Content-Digest"] = f"sha256:{file.digest}"
    if is_known(response.headers["ETag"]):  # Said here already: nothing is fetched, lent or counted.
        response.status_code = HTTPStatus.NOT_MODIFIED
        return response
    response.content_length = file.size
    if request.method == "HEAD":  # What is lent answers GET alone, and the row knows the rest.
        return response
    blobs = marketplace_app().ports.blobs
    address = lend(blobs)
    if address is not None:
        return _lent(response, address)
    part = _part_asked_for(file)
    if part is None:
        request.environ[STORED] = file.digest
        response.response = whole_blob(blobs, file.digest)
        return response
    start, stop = part
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    response.content_length = stop - start
    response.response = _begun(blobs.open_part(file.digest, start, stop))
    return response


def whole_blob(blobs: BlobStore, digest: str) -> Iterator[bytes]:
    """Return verified pieces, the first fetched already, so that what is missing or damaged is mostly told at once."""
    return _begun(blobs.open(digest))


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")

    def go_on() -> Iterator[bytes]:
        yield first
        yield from pieces

    return go_on()


def _lent(response: Response, address: str) -> Response:
    """Lead to the storage; the way there is not kept as long as the file."""
    response.status_code = HTTPStatus.TEMPORARY_REDIRECT
    response.location = address
    for name in ("Content-Type", "Content-Length", "Content-Disposition", "ETag", "Accept-Ranges", "Repr-Digest"):
        response.headers.pop(name, None)
    if not caches_are_told("no-store", response.headers):
        response.headers["Cache-Control"] = REDIRECT_KEPT
    return response


def _part_asked_for(file: BlobFile) -> tuple[int, int] | None:
    """Return the one range that is wanted; several, and what can't be read, are answered with the whole.

    Raises RequestedRangeNotSatisfiable.
    """
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or not file.size:
        return None
    if "If-Range" in request.headers and request.if_range.etag != file.digest:
        return None
    found = wanted.range_for_length(file.size)
    if found is None:
        raise RequestedRangeNotSatisfiable(file.size)
    return found
