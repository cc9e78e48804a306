"""Smaller answers: pages, styles, scripts, drawings and JSON that everybody may read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from flask_compress import Compress

from marketplace.edge.cache_control import caches_are_told
from marketplace.edge.entity_tags import CODINGS

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

JSON = "application/json"
GZIP_LEVEL = 4
"""As small as Brotli's usual level (2 % less for one template, 3 to 9 % more for lists and pages) at half of its cost
or, for small answers, a tenth: Brotli takes half a megabyte of the system anew for each answer, however small."""
KINDS = ["text/html", "text/css", "text/javascript", "image/svg+xml", JSON]


def register_compression(app: MarketplaceApp) -> None:
    """Compress what is public and whole; call it before `register_headers`, which says what is private.

    A private answer stays as it is: the length of a compressed one tells whether what a stranger put into the address
    is part of a secret on the page (BREACH).
    """
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=KINDS,
        COMPRESS_ALGORITHM=list(CODINGS),
        COMPRESS_LEVEL=GZIP_LEVEL,
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    compress = Compress(app)

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.status_code != HTTPStatus.OK or response.mimetype not in KINDS or not _is_for_everybody(response):
            return response
        if request.endpoint == "static":
            # A small file as a whole: a stream taken over by the compressor would not be closed.
            response.direct_passthrough = False
            response.make_sequence()
        return _without_its_moment(compress.after_request(response))


def _without_its_moment(response: Response) -> Response:
    """Let no bytes tell when an answer was compressed (RFC 1952, MTIME): a strong ETag names the same ones for all."""
    if response.headers.get("Content-Encoding") == "gzip":
        content = response.get_data()
        response.set_data(content[:4] + bytes(4) + content[8:])
    return response


def _is_for_everybody(response: Response) -> bool:
    """Tell whether an answer holds nothing of its reader; JSON has to say so, for programs are shown secrets in it."""
    if response.mimetype == JSON:
        return caches_are_told("public", response.headers)
    return not caches_are_told("no-store", response.headers)
