"""Finds the line of a JSON text that a JSON pointer leads to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from marketplace.bundle.walking import join_pointer

TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]|[^\s"{}\[\],:]+')


def line_of(text: str, pointer: str) -> int | None:
    """Return the number of the line where a value begins, or the nearest one around it; None for a text of no JSON."""
    nearest, line = "", None
    for place, offset in _places(text):
        if len(place) >= len(nearest) and (pointer == place or pointer.startswith(f"{place}/")):
            nearest, line = place, offset
    return None if line is None else text.count("\n", 0, line) + 1


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Yield the pointer of each value with the place of its key, or of itself where it has none."""
    around: list[tuple[str, int | None]] = []
    pointer, key_at = "", None
    tokens = list(TOKEN.finditer(text))
    for at, token in enumerate(tokens):
        sign = token[0]
        if sign in "}]":
            if not around:
                return
            pointer = around.pop()[0]
        elif sign == ",":
            pointer = _next(around)
        elif sign == ":":
            continue
        elif sign.startswith('"') and at + 1 < len(tokens) and tokens[at + 1][0] == ":":
            pointer, key_at = join_pointer(around[-1][0] if around else "", _string(sign)), token.start()
        else:
            yield pointer, token.start() if key_at is None else key_at
            key_at = None
            if sign in "{[":
                around.append((pointer, 0 if sign == "[" else None))
                pointer = f"{pointer}/0" if sign == "[" else pointer


def _next(around: list[tuple[str, int | None]]) -> str:
    """Return the pointer after a comma: of the next item of a list; a key will tell that of an object's."""
    if not around:
        return ""
    pointer, index = around[-1]
    if index is None:
        return pointer
    around[-1] = (pointer, index + 1)
    return f"{pointer}/{index + 1}"


def _string(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token
