"""Where a text stops obeying a grammar."""

from __future__ import annotations

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

SHOWN = 10


def place_of(error: UnexpectedInput, text: str) -> tuple[int, str]:
    """Return the position, counted from 0, and the next few characters; nothing follows at the end of the text."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    known = isinstance(error, UnexpectedToken | UnexpectedCharacters) and not at_end
    position = (error.pos_in_stream if known else None) or (0 if known else len(text))
    return position, text[position : position + SHOWN]
