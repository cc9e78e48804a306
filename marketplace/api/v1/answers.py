"""Puts answers on the wire: JSON, entity tags, and 304 for what the caller has already."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, request
from marshmallow import Schema

from marketplace.api.v1.dumping import dumper_of
from marketplace.edge.app import SAFE_METHODS

JSON = "application/json"
VARY = "Authorization"


def represent(schema: Schema, value: object) -> bytes:
    """Return the JSON of a value as the API shows it."""
    return (json.dumps(dumper_of(schema)(value), ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def finish(
    content: bytes | Callable[[], bytes] | None, status: int, headers: dict[str, str], media: str = JSON
) -> Response:
    """Return the response; content that is a function is fetched only if the caller lacks it."""
    if "ETag" in headers and request.method in SAFE_METHODS and _is_known(headers["ETag"]):
        content, status = None, HTTPStatus.NOT_MODIFIED
    response = Response(content() if callable(content) else content, status, content_type=media)
    if content is None:
        del response.headers["Content-Type"]
    response.headers.update(headers)
    if request.method in SAFE_METHODS:
        response.vary.add(VARY)
    return response


def _is_known(etag: str) -> bool:
    """Tell whether If-None-Match names the entity tag."""
    return request.if_none_match.contains_weak(etag.strip('"'))
