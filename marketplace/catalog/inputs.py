"""What text from outside must be before it may meet the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields

from marketplace.accounts.inputs import REQUIRED
from marketplace.kernel.text import Text

LAYOUT = frozenset("\n\t")
UNSTORABLE = frozenset({"Cc", "Cs"})

NOT_PLAIN = Text(
    "使えない文字（制御文字など）が含まれています。取り除いてください。",
    "There are characters that can't be used, such as control characters. Remove them.",
)


def is_plain(text: str) -> bool:
    """Tell whether a text has no control characters and no halves of characters; PostgreSQL refuses some of them."""
    if text.isprintable():
        return True
    return all(character in LAYOUT or unicodedata.category(character) not in UNSTORABLE for character in text)


def at_most(characters: int) -> Callable[[str], None]:
    """Return a check that a text is not longer than this. It raises ValidationError."""
    too_long = Text(f"{characters}文字以内で入力してください。", f"Use at most {characters} characters.")

    def check(text: str) -> None:
        if len(text) > characters:
            raise ValidationError([too_long])

    return check


def not_empty(text: str) -> None:
    """Refuse an empty text. Raises ValidationError."""
    if not text:
        raise ValidationError([REQUIRED])


class PlainText(fields.String):
    """Text that is kept as it was written, less the spaces around it; line ends become line feeds."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not is_plain(text):
            raise self.make_error("not_plain")
        return text

    default_error_messages = {"not_plain": NOT_PLAIN}  # type: ignore[dict-item]  # noqa: RUF012 - marshmallow's interface; the edge speaks Text
