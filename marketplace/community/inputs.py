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


class WholeNumber(fields.Integer):
    """A whole number between two others; forms send the digits as text."""

    def __init__(self, least: int, most: int, message: Text, **options: Any) -> None:
        """Say one sentence whatever is wrong with the number."""
        messages: Any = {"invalid": message, "required": REQUIRED, "null": REQUIRED}
        super().__init__(error_messages=messages, **options)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
        if not is_digits and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.make_error("invalid")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number is None or not self._least <= number <= self._most:
            raise self.make_error("invalid")
        return number


class ReviewInput(Schema):
    """A review: stars, a text that may be empty, and the installed version it is about."""

    error_messages = SCHEMA_MESSAGES

    stars = WholeNumber(1, MAX_STARS, STARS_WRONG, required=True)
    text = PlainText(load_default="", validate=at_most(MAX_TEXT), error_messages=TEXT_MESSAGES)
    version = PlainText(load_default=None, allow_none=True, validate=at_most(MAX_NUMBER), error_messages=TEXT_MESSAGES)
