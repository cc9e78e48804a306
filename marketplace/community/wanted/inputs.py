"""Validates what is written into the wanted list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES, check_one_line
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text

MAX_TITLE, MAX_TEXT, MAX_DEPARTMENT, MAX_SENTENCE, MAX_REASON, MAX_NAME = 80, 2000, 50, 200, 500, 500
MONTHS = range(1, 13)
CATEGORY_WRONG = Text("分野を一覧から選んでください。", "Choose one of the categories.")
MONTH_WRONG = Text("1から12までの月で指定してください。", "Give a month from 1 to 12.")
TEMPLATE_WRONG = Text(
    "テンプレートのページのアドレスか、「公開団体/識別名」で指定してください。",
    "Give the address of the template's page, or publisher/slug.",
)
_TEMPLATE = re.compile(r"(?:.*/templates/)?(?P<publisher>[0-9a-z]+)/(?P<slug>[0-9a-z-]+)/?(?:[?#].*)?")


class Line(PlainText):
    """Plain text in one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        check_one_line(text)
        return text


class Month(fields.Integer):
    """A month of the year; forms send its digits as text."""

    default_error_messages: Any = {"invalid": MONTH_WRONG}  # noqa: RUF012 - marshmallow's interface

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        is_digit = isinstance(value, str) and value.isascii() and value.isdigit()
        if not is_digit and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.make_error("invalid")
        month = super()._deserialize(value, attr, data, **kwargs)
        if month is None or month not in MONTHS:
            raise self.make_error("invalid")
        return month


def _check_category(value: str) -> None:
    if value not in CATEGORIES:
        raise ValidationError([CATEGORY_WRONG])


class TemplateName(PlainText):
    """A template as people name it, by the address of its page or as publisher/slug; loaded as these two."""

    default_error_messages: Any = {"unreadable": TEMPLATE_WRONG}  # noqa: RUF012 - marshmallow's interface

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, str]:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text:
            raise ValidationError([REQUIRED])
        named = _TEMPLATE.fullmatch(text) if len(text) <= MAX_NAME else None
        if named is None:
            raise self.make_error("unreadable")
        return named["publisher"], named["slug"]


class WantedInput(Schema):
    """What is wanted, for which work, and by when."""

    error_messages = SCHEMA_MESSAGES

    title = Line(required=True, validate=[not_empty, at_most(MAX_TITLE)], error_messages=TEXT_MESSAGES)
    text = PlainText(required=True, validate=[not_empty, at_most(MAX_TEXT)], error_messages=TEXT_MESSAGES)
    category = PlainText(required=True, validate=_check_category, error_messages=TEXT_MESSAGES)
    department = Line(load_default="", validate=at_most(MAX_DEPARTMENT), error_messages=TEXT_MESSAGES)
    month = Month(load_default=None, allow_none=True)


class AnswerInput(Schema):
    """A template that can be used, and one sentence on why."""

    error_messages = SCHEMA_MESSAGES

    template = TemplateName(required=True, error_messages=TEXT_MESSAGES)
    text = Line(required=True, validate=[not_empty, at_most(MAX_SENTENCE)], error_messages=TEXT_MESSAGES)


class FulfilmentInput(Schema):
    """Which answer fulfilled it."""

    error_messages = SCHEMA_MESSAGES

    answer = PlainText(required=True, validate=not_empty, error_messages=TEXT_MESSAGES)


class ClosingInput(Schema):
    """Why it is no longer wanted."""

    error_messages = SCHEMA_MESSAGES

    reason = PlainText(required=True, validate=[not_empty, at_most(MAX_REASON)], error_messages=TEXT_MESSAGES)
