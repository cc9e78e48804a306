"""Names what is sent, and tells who has it already (RFC 9110, 8.8.3 and 13.1).

Each coding of a content has a strong tag of its own: that of the content, and the coding behind it. Whoever changes
state on condition (If-Match) names the content, in whatever coding it came.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from flask import Response, request
from werkzeug.datastructures import ETags
from werkzeug.http import unquote_etag

READING = frozenset({"GET", "HEAD"})
CODINGS = ("gzip", "br")
"""Of answers, the best first: edge/compression.py tells why."""


def etag_of(content: bytes) -> str:
    """Return the strong ETag of a content, quoted."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(etag: str | None) -> bool:
    """Tell whether If-None-Match names an entity tag, quoted; where there is none, nobody knows it."""
    opaque, _is_weak = unquote_etag(etag)
    return opaque is not None and request.if_none_match.contains_weak(opaque)


def names_content(tags: ETags, etag: str) -> bool:
    """Tell whether strong tags from a condition name a content by its tag, quoted, in any coding."""
    opaque = etag.strip('"')
    return any(tags.contains(each) for each in (opaque, *(f"{opaque}:{coding}" for coding in CODINGS)))


def answer_unchanged(response: Response) -> None:
    """Make it 304 if its reader has what it holds: the headers stay those of the whole answer."""
    if (
        request.method in READING
        and response.status_code == HTTPStatus.OK
        and "If-None-Match" in request.headers
        and is_known(response.headers.get("ETag"))
    ):
        response.status_code = HTTPStatus.NOT_MODIFIED
        response.close()  # Nobody else closes a file of which nothing is sent.
