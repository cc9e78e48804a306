"""Refuses writes that start from a state which is no longer the current one."""

from __future__ import annotations

from flask import request
from marshmallow import Schema

from marketplace.api.v1.answers import represent
from marketplace.edge.entity_tags import etag_of, names_content
from marketplace.kernel.errors import PreconditionFailedError
from marketplace.kernel.text import Text


class StateChangedError(PreconditionFailedError):
    """If-Match names a state that is no longer the current one, or If-None-Match: * meets one that exists."""

    code = "state-changed"
    title = Text("ほかの人が先に変更しました。", "Somebody else changed it first.")
    remedy = Text(
        "最新の内容を読み直して、もう一度送ってください。", "Read the current state again, then send your change."
    )


def has_preconditions() -> bool:
    """Tell whether the request depends on the state it was made from."""
    return "If-Match" in request.headers or "If-None-Match" in request.headers


def require_match(schema: Schema, current: object) -> None:
    """Refuse a write whose preconditions do not fit the current state, None if there is none.

    Raises StateChangedError.
    """
    etag = None if current is None else etag_of(represent(schema, current))
    if "If-Match" in request.headers and (etag is None or not names_content(request.if_match, etag)):
        raise StateChangedError
    if "If-None-Match" in request.headers and etag is not None and names_content(request.if_none_match, etag):
        raise StateChangedError
