"""Serves the pictures of bundles, which strangers drew: shown as images, never run as documents."""

from __future__ import annotations

from flask import Response

from marketplace.bundle.model import Bundle
from marketplace.kernel.errors import NotFoundError

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
# An SVG opened by its own address would be a page of ours; this lets it draw and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FOREVER = "public, max-age=31536000, immutable"


def answer_picture(bundle: Bundle, path: str) -> Response:
    """Return a picture of a bundle. Raises NotFoundError for anything that is not one."""
    kind = TYPES.get(path.rpartition(".")[2].lower())
    data = bundle.images.get(path)
    if kind is None or data is None:
        raise NotFoundError
    return picture_answer(data, kind)


def picture_answer(data: bytes | str, kind: str) -> Response:
    """Return an image that never changes at its address."""
    response = Response(data, content_type=kind)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = FOREVER
    return response
