"""Validates reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most
from marketplace.catalog.precedence import MAX_NUMBER
from marketplace.catalog.ratings import MAX_STARS
from marketplace.kernel.text import Text

MAX_TEXT = 2000
STARS_WRONG = Text(f"1から{MAX_STARS}までの整数で指定してください。", f"Give a whole number from 1 to {MAX_STARS}.")


class Stars(fields.Integer):
    """One to five whole stars; forms send the digit as text."""

    default_error_messages: Any = {"invalid": STARS_WRONG, "required": REQUIRED, "null": REQUIRED}  # noqa: RUF012 - marshmallow's interface

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        is_digit = isinstance(value, str) and value.isascii() and value.isdigit()
        if not is_digit and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.make_error("invalid")
        stars = super()._deserialize(value, attr, data, **kwargs)
        if stars is None or not 1 <= stars <= MAX_STARS:
            raise self.make_error("invalid")
        return stars


class ReviewInput(Schema):
    """A review: stars, a text that may be empty, and the installed version it is about."""

    error_messages = SCHEMA_MESSAGES

    stars = Stars(required=True)
    text = PlainText(load_default="", validate=at_most(MAX_TEXT), error_messages=TEXT_MESSAGES)
    version = PlainText(load_default=None, allow_none=True, validate=at_most(MAX_NUMBER), error_messages=TEXT_MESSAGES)
