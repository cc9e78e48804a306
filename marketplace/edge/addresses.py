"""Refuses addresses that hold characters no name has, before any database meets them."""

from __future__ import annotations

import unicodedata

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

LAYOUT = frozenset("\t\n\r")
UNUSABLE = frozenset({"Cc", "Cs"})


def require_clean_address() -> None:
    """Refuse control characters and halves of characters: nothing is at such a path, and no query needs them.

    Raises NotFound for the path and BadRequest for the query of the API, which may hold line breaks and tabs. Pages
    pass over a query that makes no sense, and workspaces answer it as kintone does.
    """
    if _is_broken(request.path):
        raise NotFound
    if not request.path.startswith("/api/"):
        return
    if any(_is_broken(text, LAYOUT) for item in request.args.items(multi=True) for text in item):
        raise BadRequest


def _is_broken(text: str, allowed: frozenset[str] = frozenset()) -> bool:
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in UNUSABLE and character not in allowed for character in text)
