"""Validates the texts of a draft that its author may change; the limits are those of the bundle's own schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES, UNKNOWN_ITEM
from marketplace.bundle.limits import TEXT_BYTES
from marketplace.bundle.schemas import schema_of
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text

SHAPES = schema_of("template")["properties"]
NUMBER = re.compile(SHAPES["version"]["pattern"])
LICENSE = re.compile(SHAPES["license"]["pattern"])
LONGEST_NUMBER = 64
LONGEST_WORD, LONGEST_LAW, LONGEST_LICENSE = 50, 200, 100
MOST_LISTED = 50
MOST_HOURS = 1_000_000

NOT_A_NUMBER = Text("1.0.0のような、3つの数の版番号にしてください。", "Use three numbers, such as 1.0.0.")
NOT_A_CATEGORY = Text("分野を選択肢から選んでください。", f"Choose one of the categories: {', '.join(CATEGORIES)}.")
NOT_A_LICENSE = Text("CC-BY-4.0のような、SPDXのライセンス名にしてください。", "Use an SPDX name such as CC-BY-4.0.")
TOO_MANY: Any = Text(f"{MOST_LISTED}個以内にしてください。", f"Use at most {MOST_LISTED}.")
REPEATED: Any = Text("同じものが2回書かれています。", "The same is written twice.")
NOT_A_LIST: Any = Text("配列で指定してください。", "Give a list.")
NOT_A_MAPPING: Any = Text("キーと値の組（オブジェクト）で指定してください。", "Give an object of keys and values.")
NOT_A_FLAG: Any = Text("true か false で指定してください。", "Give true or false.")
NOT_HOURS: Any = Text(f"0から{MOST_HOURS:,}までの数で入力してください。", f"Enter a number from 0 to {MOST_HOURS:,}.")
JAPANESE_FIRST: Any = Text("日本語も入力してください。", "Write the Japanese as well.")
SAY_WHETHER: Any = Text(
    "個人情報を扱うかどうかを選んでください。選ばないと、下に書いた説明は公開されません。",
    "Say whether it handles personal data; what you wrote below is not published otherwise.",
)
SAY_HOURS: Any = Text("時間を入力してください。", "Enter the hours.")
LIST_MESSAGES: Any = {"required": REQUIRED, "null": REQUIRED, "invalid": NOT_A_LIST}
MAPPING_MESSAGES: Any = {"invalid": NOT_A_MAPPING, "null": NOT_A_MAPPING}


def _check_number(text: str) -> None:
    if text and not NUMBER.fullmatch(text):
        raise ValidationError([NOT_A_NUMBER])


def _check_category(text: str) -> None:
    if text not in CATEGORIES:
        raise ValidationError([NOT_A_CATEGORY])


def _check_license(text: str) -> None:
    if text and not LICENSE.fullmatch(text):
        raise ValidationError([NOT_A_LICENSE])


def _check_listed(words: list[str]) -> None:
    if len(words) > MOST_LISTED:
        raise ValidationError([TOO_MANY])
    if len(set(words)) < len(words):
        raise ValidationError([REPEATED])


def _check_hours(hours: float | None) -> None:
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise ValidationError([NOT_HOURS])


def _written(most: int) -> PlainText:
    return PlainText(load_default="", validate=at_most(most), error_messages=TEXT_MESSAGES)


def _needed(most: int, *checks: Callable[[str], None]) -> PlainText:
    return PlainText(required=True, validate=[not_empty, at_most(most), *checks], error_messages=TEXT_MESSAGES)


def _words(longest: int) -> fields.List[str]:
    return fields.List(
        PlainText(validate=[not_empty, at_most(longest)], error_messages=TEXT_MESSAGES),
        load_default=list,
        validate=_check_listed,
        error_messages=LIST_MESSAGES,
    )


class NameInput(Schema):
    """A name, in Japanese and perhaps in English."""

    error_messages = SCHEMA_MESSAGES

    ja = _needed(100)
    en = _written(200)


class SummaryInput(Schema):
    """What the template is for, in a sentence."""

    error_messages = SCHEMA_MESSAGES

    ja = _needed(300)
    en = _written(600)


class NoteInput(Schema):
    """A note that may be missing; it is never in English alone."""

    error_messages = SCHEMA_MESSAGES

    ja = _written(2000)
    en = _written(4000)

    @validates_schema(skip_on_field_errors=True)
    def check_languages(self, data: Mapping[str, Any], **_options: Any) -> None:
        """Refuse English that translates nothing."""
        if data["en"] and not data["ja"]:
            raise ValidationError({"ja": [JAPANESE_FIRST]})


class ReadmeInput(Schema):
    """The description, in Markdown."""

    error_messages = SCHEMA_MESSAGES

    ja = _written(TEXT_BYTES)
    en = _written(TEXT_BYTES)


def _note() -> fields.Nested:
    return fields.Nested(NoteInput, load_default=lambda: {"ja": "", "en": ""}, error_messages=SCHEMA_MESSAGES)


class PersonalDataInput(Schema):
    """Whether the template handles personal data, of which kinds, and what those who install it should know."""

    error_messages = SCHEMA_MESSAGES

    handles = fields.Boolean(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        error_messages={"invalid": NOT_A_FLAG},
    )
    kinds = _words(LONGEST_WORD)
    notice = _note()

    @validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: Mapping[str, Any], **_options: Any) -> None:
        """Refuse details of what is not declared."""
        if data["handles"] is None and (data["kinds"] or data["notice"]["ja"]):
            raise ValidationError({"handles": [SAY_WHETHER]})


class HoursSavedInput(Schema):
    """How many hours of work it saves in a year, and how that was reckoned."""

    error_messages = SCHEMA_MESSAGES

    per_year = fields.Float(
        load_default=None,
        allow_none=True,
        validate=_check_hours,
        error_messages={"invalid": NOT_HOURS, "special": NOT_HOURS, "too_large": NOT_HOURS},
    )
    basis = _note()

    @validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: Mapping[str, Any], **_options: Any) -> None:
        """Refuse a reckoning that comes to nothing."""
        if data["per_year"] is None and data["basis"]["ja"]:
            raise ValidationError({"per_year": [SAY_HOURS]})


class PlaceholderTextInput(Schema):
    """What a placeholder is called, and whom to choose for it."""

    error_messages = SCHEMA_MESSAGES

    label = fields.Nested(NameInput, required=True, error_messages=SCHEMA_MESSAGES)
    hint = _note()


class DraftTextsInput(Schema):
    """Every text of a draft that may be changed; slug, apps and what belongs to them stay as they are.

    `placeholders` names each by its key; `localise` names each list of options by app and field, joined by a slash.
    """

    error_messages = SCHEMA_MESSAGES

    version = _needed(LONGEST_NUMBER, _check_number)
    name = fields.Nested(NameInput, required=True, error_messages=SCHEMA_MESSAGES)
    summary = fields.Nested(SummaryInput, required=True, error_messages=SCHEMA_MESSAGES)
    category = PlainText(
        required=True, validate=_check_category, error_messages=TEXT_MESSAGES, metadata={"enum": [*CATEGORIES]}
    )
    license = _needed(LONGEST_LICENSE, _check_license)
    departments = _words(LONGEST_WORD)
    keywords = _words(LONGEST_WORD)
    laws = _words(LONGEST_LAW)
    personal_data = fields.Nested(
        PersonalDataInput, load_default=lambda: PersonalDataInput().load({}), error_messages=SCHEMA_MESSAGES
    )
    hours_saved = fields.Nested(
        HoursSavedInput, load_default=lambda: HoursSavedInput().load({}), error_messages=SCHEMA_MESSAGES
    )
    readme = fields.Nested(ReadmeInput, load_default=lambda: ReadmeInput().load({}), error_messages=SCHEMA_MESSAGES)
    changelog = _written(TEXT_BYTES)
    placeholders = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(PlaceholderTextInput),
        load_default=dict,
        error_messages=MAPPING_MESSAGES,
    )
    localise = fields.Dict(
        keys=fields.String(), values=fields.Nested(NoteInput), load_default=dict, error_messages=MAPPING_MESSAGES
    )


def load_texts(texts: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts validated; those of placeholders and lists that the draft has not are refused.

    Raises ValidationError.
    """
    loaded: dict[str, Any] = DraftTextsInput().load(texts)
    for name in ("placeholders", "localise"):
        unknown = {key: [UNKNOWN_ITEM] for key in loaded[name] if key not in current[name]}
        if unknown:
            raise ValidationError({name: unknown})
    return loaded
