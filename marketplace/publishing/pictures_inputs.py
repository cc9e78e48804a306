"""Validates what is said about pictures of a draft."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text
from marketplace.publishing.texts_inputs import LIST_MESSAGES

MOST_PICTURES = 20
LONGEST_PATH = 200
TOO_MANY = Text(
    f"画像は{MOST_PICTURES}枚までです。要らないものを取り除いてください。",
    f"There are {MOST_PICTURES} pictures at most; remove one first.",
)
REPEATED = Text("同じ画像が2回並んでいます。", "A picture is listed twice.")


class AltInput(Schema):
    """What a picture shows, for those who don't see it, in both languages."""

    error_messages = SCHEMA_MESSAGES

    ja = PlainText(required=True, validate=[not_empty, at_most(200)], error_messages=TEXT_MESSAGES)
    en = PlainText(required=True, validate=[not_empty, at_most(400)], error_messages=TEXT_MESSAGES)


class PictureInput(Schema):
    """A new picture; its file comes beside."""

    error_messages = SCHEMA_MESSAGES

    alt = fields.Nested(AltInput, required=True, error_messages=SCHEMA_MESSAGES)


class ListedPictureInput(PictureInput):
    """A picture of the draft."""

    file = PlainText(required=True, validate=[not_empty, at_most(LONGEST_PATH)], error_messages=TEXT_MESSAGES)


class PicturesInput(Schema):
    """The pictures in the order in which they are shown."""

    error_messages = SCHEMA_MESSAGES

    pictures = fields.List(fields.Nested(ListedPictureInput), required=True, error_messages=LIST_MESSAGES)

    @validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse too many pictures, and the same one twice."""
        files = [picture["file"] for picture in data["pictures"]]
        if len(files) > MOST_PICTURES:
            raise ValidationError({"pictures": [TOO_MANY]})
        if len(set(files)) < len(files):
            raise ValidationError({"pictures": [REPEATED]})
