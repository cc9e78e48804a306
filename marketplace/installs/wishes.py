"""Validates what a municipality wants otherwise than the template: the space, the names, the lists of options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.bundle.localising.lists import LocalList
from marketplace.bundle.localising.options import fold
from marketplace.catalog.inputs import PlainText
from marketplace.installs.target import Target
from marketplace.kernel.text import Text

MOST_DIGITS = 9
LONGEST_NAME = 64
LONGEST_OPTION = 128
MOST_OPTIONS = 1000
MOST_LISTS = 200

NOT_A_NUMBER = Text("1以上の番号を数字で指定してください。", "Give a number from 1 on, in digits.")
NAME_TOO_LONG = Text(
    f"アプリの名前は{LONGEST_NAME}文字以内で、改行を入れずに指定してください。",
    f"Give a name of at most {LONGEST_NAME} characters in one line.",
)
NOT_A_LIST: Any = Text("配列で指定してください。", "Give a list.")
NO_OPTIONS = Text("選択肢を1つ以上指定してください。", "Give at least one option.")
TOO_MANY_OPTIONS = Text(f"選択肢は{MOST_OPTIONS}個以内にしてください。", f"Give at most {MOST_OPTIONS} options.")
TOO_MANY_LISTS = Text(f"{MOST_LISTS}件以内で指定してください。", f"Give at most {MOST_LISTS} of them.")
TWICE = Text("同じ項目の選択肢が2回指定されています。", "The options of this field are given twice.")
LIST_MESSAGES = TEXT_MESSAGES | {"invalid": NOT_A_LIST}


class NumberText(fields.String):
    """The number of a space or a thread, as digits of any width or as a JSON number; kept as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        text = unicodedata.normalize("NFKC", super()._deserialize(written, attr, data, **kwargs)).strip()
        if not re.fullmatch(rf"(?:[1-9][0-9]{{0,{MOST_DIGITS - 1}}})?", text, re.ASCII):
            raise ValidationError([NOT_A_NUMBER])
        return text


class TargetInput(Schema):
    """The space that the apps go into, and its thread; without a thread the space's first one."""

    error_messages = SCHEMA_MESSAGES

    space = NumberText(load_default="", allow_none=True, error_messages=TEXT_MESSAGES)
    thread = NumberText(load_default="", allow_none=True, error_messages=TEXT_MESSAGES)

    @post_load
    def make_target(self, data: dict[str, Any], **_options: Any) -> Target | None:
        """Return the target, or None without a space."""
        if not data["space"]:
            if data["thread"]:
                raise ValidationError({"space": [REQUIRED]})
            return None
        return Target(data["space"], data["thread"] or None)


def check_app_name(name: str | None) -> None:
    """Refuse a name that no app can have; an empty one stands for the template's. Raises ValidationError."""
    if name is not None and (len(name) > LONGEST_NAME or "\n" in name or "\t" in name):
        raise ValidationError([NAME_TOO_LONG])


class LocalListInput(Schema):
    """The options of one choice field, in their order; blanks and repetitions are passed over."""

    error_messages = SCHEMA_MESSAGES

    app = PlainText(required=True, error_messages=TEXT_MESSAGES)
    field = PlainText(required=True, error_messages=TEXT_MESSAGES)
    options = fields.List(PlainText(error_messages=TEXT_MESSAGES), required=True, error_messages=LIST_MESSAGES)

    @post_load
    def make_list(self, data: dict[str, Any], **_options: Any) -> LocalList:
        """Return the list with its options mended."""
        try:
            return LocalList(data["app"], data["field"], read_options(data["options"]))
        except ValidationError as error:
            raise ValidationError({"options": error.messages}) from None


def read_options(written: Sequence[str]) -> tuple[str, ...]:
    """Return the options among some lines: without blanks, spaces around them, and exact repetitions.

    Raises ValidationError where there is none, where one is too long, and where two differ by width or case alone.
    """
    lines = [line for text in written for line in text.split("\n")]
    options = tuple(dict.fromkeys(option for line in lines if (option := " ".join(line.split()))))
    if not options:
        raise ValidationError([NO_OPTIONS])
    if len(options) > MOST_OPTIONS:
        raise ValidationError([TOO_MANY_OPTIONS])
    _refuse_long(options)
    _refuse_look_alikes(options)
    return options


def _refuse_long(options: Sequence[str]) -> None:
    too_long = next((option for option in options if len(option) > LONGEST_OPTION), None)
    if too_long is not None:
        shown = f"{too_long[:20]}…"
        raise ValidationError(
            [
                Text(
                    f"選択肢「{shown}」が長すぎます。{LONGEST_OPTION}文字以内にしてください。",
                    f"The option “{shown}” is too long; use at most {LONGEST_OPTION} characters.",
                )
            ]
        )


def _refuse_look_alikes(options: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for option in options:
        other = seen.setdefault(fold(option), option)
        if other != option:
            raise ValidationError(
                [
                    Text(
                        f"「{other}」と「{option}」は、全角・半角などの違いしかありません。どちらか一方にしてください。",
                        f"“{other}” and “{option}” differ only by the width or case of letters. Keep one of them.",
                    )
                ]
            )


def check_count(lists: Sequence[LocalList]) -> None:
    """Refuse more lists than a template can have. Raises ValidationError."""
    if len(lists) > MOST_LISTS:
        raise ValidationError([TOO_MANY_LISTS])


def require_one_each(lists: Sequence[LocalList]) -> None:
    """Refuse two lists for one field. Raises ValidationError."""
    twice = [at for at, one in enumerate(lists) if one.field in [other.field for other in lists[:at]]]
    if twice:
        raise ValidationError({"localise": {at: {"field": [TWICE]} for at in twice}})
