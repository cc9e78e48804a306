"""Reads what callers send: a JSON object, or the zip of a bundle."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from flask import request
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from marketplace.accounts.inputs import REQUIRED
from marketplace.edge.bodies import parse_json

MAX_JSON_BYTES = 1024 * 1024
ZIP = "application/zip"
ZIP_TYPES = frozenset({ZIP, "application/x-zip-compressed", "application/octet-stream"})
FORM = "multipart/form-data"
HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def json_body(most_bytes: int = MAX_JSON_BYTES) -> dict[str, object]:
    """Return the request's JSON object; an empty body counts as one without items."""
    content = request.get_data()
    if len(content) > most_bytes:
        raise RequestEntityTooLarge
    if not (request.is_json or (content == b"" and not request.form and not request.files)):
        raise UnsupportedMediaType
    if not content:
        return {}
    try:
        content.decode("utf-8")  # The parser would take UTF-16 too.
        body = parse_json(content, _refuse_constant)
        # Halves of characters come in by escapes only; no database and no answer can hold them.
        broken = b"\\u" in content and HALF_CHARACTER.search(json.dumps(body, ensure_ascii=False))
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if broken or not isinstance(body, dict):
        raise BadRequest
    return body


def zip_body() -> bytes:
    """Return the uploaded zip, sent as the body or as the file of a form."""
    if request.mimetype == FORM:
        if "file" not in request.files:
            raise ValidationError({"file": [REQUIRED]})
        sent: bytes = request.files["file"].read()
        return sent
    if request.mimetype not in ZIP_TYPES:
        raise UnsupportedMediaType
    return request.get_data()


def _refuse_constant(word: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(word)
