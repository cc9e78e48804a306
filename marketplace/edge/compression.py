"""Smaller answers for browsers: pages, styles, scripts and drawings that everybody may read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from flask_compress import Compress

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

KINDS = ["text/html", "text/css", "text/javascript", "image/svg+xml"]
ALGORITHMS = ["br", "gzip"]


def register_compression(app: MarketplaceApp) -> None:
    """Compress what is public and whole; call it before `register_headers`, which says what is private.

    A private answer stays as it is: the length of a compressed one tells whether what a stranger put into the address
    is part of a secret on the page (BREACH).
    """
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=KINDS,
        COMPRESS_ALGORITHM=ALGORITHMS,
        COMPRESS_STREAMS=False,
    )
    compress = Compress(app)

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.mimetype not in KINDS or response.cache_control.no_store:
            return response
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            response.vary.add("Accept-Encoding")
        if response.status_code != HTTPStatus.OK:
            return response
        if request.endpoint == "static":
            # A small file as a whole: a stream taken over by the compressor would not be closed.
            response.direct_passthrough = False
            response.make_sequence()
        return compress.after_request(response)
