"""Puts answers on the wire: JSON, and the headers of all."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Response, request
from marshmallow import Schema

from marketplace.api.v1.dumping import dumper_of
from marketplace.edge.app import SAFE_METHODS
from marketplace.edge.entity_tags import is_known

JSON = "application/json"
VARY = "Authorization"


def represent(schema: Schema, value: object) -> bytes:
    """Return the JSON of a value as the API shows it."""
    return (json.dumps(dumper_of(schema)(value), ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def finish(
    content: bytes | Callable[[], bytes] | None, status: int, headers: dict[str, str], media: str = JSON
) -> Response:
    """Return the response; content that is a function is fetched only if the caller lacks it."""
    if callable(content):
        content = b"" if is_known(headers.get("ETag")) else content()
    response = Response(content, status, content_type=media)
    if content is None:
        del response.headers["Content-Type"]
    response.headers.update(headers)
    if request.method in SAFE_METHODS:
        response.vary.add(VARY)
    return response
