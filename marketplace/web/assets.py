"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request, url_for

STATIC_FOLDER = Path(__file__).resolve().parents[2] / "static"
FOREVER = "public, max-age=31536000, immutable"
VERSION_LENGTH = 12


def static_url(path: str) -> str:
    """Return the address of a static file with the hash of its content."""
    return url_for("static", filename=path, v=_version(path))


def keep_versioned(response: Response) -> Response:
    """Let caches keep a static file whose address names its content."""
    if request.endpoint == "static" and response.status_code < 400 and request.args.get("v"):  # noqa: PLR2004 - a refusal
        response.headers["Cache-Control"] = FOREVER
    return response


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC_FOLDER / path).read_bytes()).hexdigest()[:VERSION_LENGTH]
