"""Puts answers on the wire: JSON, and the headers of all."""

from __future__ import annotations

import json
from collections.abc import Callable

import orjson
from flask import Response, request
from marshmallow import Schema

from marketplace.api.v1.dumping import dumper_of
from marketplace.edge.app import SAFE_METHODS
from marketplace.edge.entity_tags import is_known

JSON = "application/json"
VARY = "Authorization"
AS_DUMPED = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""Nothing but what a schema has made plain is written: the rest is refused as by Python's own `json`."""


def represent(schema: Schema, value: object) -> bytes:
    """Return the JSON of a value as the API shows it."""
    shown = dumper_of(schema)(value)
    try:
        return orjson.dumps(shown, option=AS_DUMPED)
    except orjson.JSONEncodeError:  # A whole number of more than 64 bits, or a key that is none of text.
        return (json.dumps(shown, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


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
