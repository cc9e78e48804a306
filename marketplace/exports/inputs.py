"""Validates what is asked for when apps are to become a template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.bundle.limits import APPS
from marketplace.bundle.model import PlaceholderKind
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text
from marketplace.workspaces.domains.inputs import check_guest_space

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LICENSE = re.compile(r"[A-Za-z0-9.+-]+( (WITH|AND|OR) [A-Za-z0-9.+-]+)*")
APP_ID = re.compile(r"[1-9][0-9]{0,18}")
LONGEST_KEY = 64
LONGEST_NAME = 100
LONGEST_SUMMARY = 300
LONGEST_CODE = 128
MOST_PLACEHOLDERS = 100
MOST_RECORDS = 100
"""Sample records of one app that can be asked for."""

APP_COUNT = Text(f"アプリを1個から{APPS}個まで選んでください。", f"Choose 1 to {APPS} apps.")
NOT_AN_APP = Text("アプリの番号（数字）で指定してください。", "Give the number of an app.")
NOT_A_KEY = Text(
    "英小文字・数字をハイフンでつないだ64文字以内の名前にしてください（例：subsidy-grant）。",
    "Use at most 64 small letters and digits, joined by hyphens, for example subsidy-grant.",
)
REPEATED_KEY = Text("同じキー「{key}」が2回使われています。", "The key “{key}” is used twice.")
NOT_A_CATEGORY = Text(
    f"分野は次の中から選んでください：{', '.join(CATEGORIES)}", f"Choose a category among: {', '.join(CATEGORIES)}"
)
NOT_A_LICENSE = Text(
    "SPDXの書き方で指定してください（例：CC-BY-4.0）。", "Write it as SPDX does, for example CC-BY-4.0."
)
RECORD_COUNT = Text(
    f"1つのアプリにつき1件から{MOST_RECORDS}件までで指定してください。", f"Ask for 1 to {MOST_RECORDS} records an app."
)
NOT_A_LIST: Any = Text("配列で指定してください。", "Give a list.")
NOT_A_MAPPING: Any = Text(
    "アプリの番号と値の組（オブジェクト）で指定してください。", "Give an object of app numbers and values."
)
NOT_A_FLAG: Any = Text("true か false で指定してください。", "Give true or false.")
NOT_A_KIND: Any = Text("USER、GROUP、ORGANIZATION のどれかにしてください。", "Use USER, GROUP or ORGANIZATION.")
TOO_MANY: Any = Text(f"{MOST_PLACEHOLDERS}件以内で指定してください。", f"Give at most {MOST_PLACEHOLDERS}.")
WHOLE: Any = RECORD_COUNT
LIST_MESSAGES = TEXT_MESSAGES | {"invalid": NOT_A_LIST}
MAPPING_MESSAGES: Any = {"invalid": NOT_A_MAPPING, "null": NOT_A_MAPPING}


def check_key(value: str) -> None:
    """Refuse what can't be a key; nothing at all stands for “as you think best”. Raises ValidationError."""
    if value and (not KEY.fullmatch(value) or len(value) > LONGEST_KEY):
        raise ValidationError([NOT_A_KEY])


def _check_app(value: str) -> None:
    if not APP_ID.fullmatch(value):
        raise ValidationError([NOT_AN_APP])


def _check_apps(value: list[str]) -> None:
    if not 1 <= len(set(value)) <= APPS:
        raise ValidationError([APP_COUNT])


def _check_category(value: str) -> None:
    if value and value not in CATEGORIES:
        raise ValidationError([NOT_A_CATEGORY])


def _check_license(value: str) -> None:
    if value and not (LICENSE.fullmatch(value) and len(value) <= LONGEST_NAME):
        raise ValidationError([NOT_A_LICENSE])


def _check_count(value: int) -> None:
    if not 1 <= value <= MOST_RECORDS:
        raise ValidationError([RECORD_COUNT])


def _check_placeholders(value: list[Any]) -> None:
    if len(value) > MOST_PLACEHOLDERS:
        raise ValidationError([TOO_MANY])


@dataclass(frozen=True, slots=True)
class PlaceholderWish:
    """How the author wants a user, group or organisation of the workspace to be called in the template."""

    kind: str
    code: str
    key: str = ""
    label: str = ""
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Which apps are to be read, and what the author says of the template to come; empty texts are left open."""

    apps: tuple[str, ...]
    slug: str = ""
    name: str = ""
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    category: str = ""
    license: str = ""
    keys: Mapping[str, str] | None = None
    """The key of an app by its number."""
    placeholders: tuple[PlaceholderWish, ...] = ()
    sample_records: Mapping[str, int] | None = None
    """How many records are taken, by the number of the app; of the others none."""
    guest_space: str | None = None
    dry_run: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return the order as the export keeps it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> ExportOrder:
        """Read back what as_document wrote."""
        wishes = tuple(PlaceholderWish(**each) for each in document["placeholders"])
        return cls(**{**document, "apps": tuple(document["apps"]), "placeholders": wishes})


def _text(most: int) -> PlainText:
    return PlainText(load_default="", validate=at_most(most), error_messages=TEXT_MESSAGES)


class PlaceholderWishInput(Schema):
    """What a user, group or organisation becomes: a key, and a label that tells nothing of who it was."""

    error_messages = SCHEMA_MESSAGES

    kind = fields.Enum(PlaceholderKind, by_value=True, required=True, error_messages={"unknown": NOT_A_KIND})
    code = PlainText(required=True, validate=[not_empty, at_most(LONGEST_CODE)], error_messages=TEXT_MESSAGES)
    key = PlainText(load_default="", validate=check_key, error_messages=TEXT_MESSAGES)
    label = _text(LONGEST_NAME)
    label_en = _text(2 * LONGEST_NAME)

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> PlaceholderWish:
        """Return it typed."""
        return PlaceholderWish(**{**data, "kind": data["kind"].value})


class ExportInput(Schema):
    """An order to make a template of apps of a workspace.

    `dry_run` only looks: which apps come along, and who is replaced. Of a template that the municipality has already,
    name, summary, category and license may be left out: those of the latest version stay. `sample_records` says of
    which apps how many records are copied; they may hold personal data, and are never copied unless asked for.
    """

    error_messages = SCHEMA_MESSAGES

    apps = fields.List(
        PlainText(validate=_check_app, error_messages=TEXT_MESSAGES),
        required=True,
        validate=_check_apps,
        error_messages=LIST_MESSAGES,
    )
    slug = PlainText(load_default="", validate=check_key, error_messages=TEXT_MESSAGES)
    name = _text(LONGEST_NAME)
    name_en = _text(2 * LONGEST_NAME)
    summary = _text(LONGEST_SUMMARY)
    summary_en = _text(2 * LONGEST_SUMMARY)
    category = PlainText(load_default="", validate=_check_category, error_messages=TEXT_MESSAGES)
    license = PlainText(load_default="", validate=_check_license, error_messages=TEXT_MESSAGES)
    keys = fields.Dict(
        keys=PlainText(validate=_check_app, error_messages=TEXT_MESSAGES),
        values=PlainText(validate=check_key, error_messages=TEXT_MESSAGES),
        load_default=dict,
        error_messages=MAPPING_MESSAGES,
    )
    placeholders = fields.List(
        fields.Nested(PlaceholderWishInput),
        load_default=list,
        validate=_check_placeholders,
        error_messages=LIST_MESSAGES,
    )
    sample_records = fields.Dict(
        keys=PlainText(validate=_check_app, error_messages=TEXT_MESSAGES),
        values=fields.Integer(strict=True, validate=_check_count, error_messages={"invalid": WHOLE, "null": WHOLE}),
        load_default=dict,
        error_messages=MAPPING_MESSAGES,
    )
    guest_space = PlainText(
        load_default=None, allow_none=True, validate=check_guest_space, error_messages=TEXT_MESSAGES
    )
    dry_run = fields.Boolean(load_default=False, error_messages={"invalid": NOT_A_FLAG, "null": NOT_A_FLAG})

    @validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse keys that are used twice, and a draft without a slug."""
        if not data["dry_run"] and not data["slug"]:
            raise ValidationError({"slug": [REQUIRED]})
        _refuse_repeated("keys", [key for key in data["keys"].values() if key])
        _refuse_repeated("placeholders", [wish.key for wish in data["placeholders"] if wish.key])

    @post_load
    def make_order(self, data: dict[str, Any], **_options: Any) -> ExportOrder:
        """Return the order; what is empty counts as not given."""
        return ExportOrder(
            **{
                **data,
                "apps": tuple(dict.fromkeys(data["apps"])),
                "keys": {app: key for app, key in data["keys"].items() if key},
                "placeholders": tuple(data["placeholders"]),
                "guest_space": data["guest_space"] or None,
            }
        )


def _refuse_repeated(name: str, keys: list[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValidationError({name: [Text(REPEATED_KEY.ja.format(key=key), REPEATED_KEY.en.format(key=key))]})
