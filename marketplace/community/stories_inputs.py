"""Validates stories: plain paragraphs in which nobody is named by a number or an address."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.catalog.precedence import MAX_NUMBER
from marketplace.community.inputs import WholeNumber
from marketplace.kernel.personal import Suspect, suspects_in
from marketplace.kernel.text import Text

MAX_TITLE = 100
MAX_DEPARTMENT = 100
MAX_PARAGRAPHS = 2000
MOST_HOURS = 1_000_000
MAX_TEMPLATE_NAME = 200
HOURS_WRONG = Text(
    f"0から{MOST_HOURS:,}までの整数で指定してください。", f"Give a whole number from 0 to {MOST_HOURS:,}."
)
ONE_LINE: Any = Text("改行を入れずに入力してください。", "Write it on one line.")
LOOKS_LIKE: dict[Suspect, Text] = {
    Suspect.MAIL: Text("メールアドレス", "a mail address"),
    Suspect.PHONE: Text("電話番号", "a telephone number"),
    Suspect.INDIVIDUAL_NUMBER: Text("マイナンバー", "a マイナンバー"),
}


def not_personal(text: str) -> None:
    """Refuse what may point to a person; each is named once. Raises ValidationError."""
    found = dict.fromkeys(suspects_in(text))
    if found:
        raise ValidationError([_says(kind, written) for kind, written in found])


def one_line(text: str) -> None:
    """Refuse line breaks and tabs. Raises ValidationError."""
    if not text.isprintable():
        raise ValidationError([ONE_LINE])


def _says(kind: Suspect, written: str) -> Any:
    name = LOOKS_LIKE[kind]
    return Text(
        f"「{written}」は{name.ja}のように見えます。公開されるページなので、取り除いてください。",
        f"“{written}” looks like {name.en}. This page is public: please remove it.",
    )


def _paragraphs() -> PlainText:
    checks = [not_empty, at_most(MAX_PARAGRAPHS), not_personal]
    return PlainText(required=True, validate=checks, error_messages=TEXT_MESSAGES)


class StoryInput(Schema):
    """What a municipality tells: the problem, what it did, what came of it."""

    error_messages = SCHEMA_MESSAGES

    title = PlainText(
        required=True, validate=[not_empty, one_line, at_most(MAX_TITLE), not_personal], error_messages=TEXT_MESSAGES
    )
    problem = _paragraphs()
    solution = _paragraphs()
    effect = _paragraphs()
    hours_saved = WholeNumber(0, MOST_HOURS, HOURS_WRONG, load_default=None, allow_none=True)
    department = PlainText(
        load_default="", validate=[one_line, at_most(MAX_DEPARTMENT), not_personal], error_messages=TEXT_MESSAGES
    )
    version = PlainText(load_default=None, allow_none=True, validate=at_most(MAX_NUMBER), error_messages=TEXT_MESSAGES)


class NewStoryInput(StoryInput):
    """A story with the template it is about, as publisher/slug."""

    template = PlainText(required=True, validate=[not_empty, at_most(MAX_TEMPLATE_NAME)], error_messages=TEXT_MESSAGES)
