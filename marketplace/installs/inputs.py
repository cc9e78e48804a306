"""Validates what is asked for when a template is to be installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.bundle.localising.lists import LocalList
from marketplace.catalog.inputs import PlainText
from marketplace.installs.models import ImportMode
from marketplace.installs.target import Target
from marketplace.installs.wishes import (
    LIST_MESSAGES,
    LocalListInput,
    TargetInput,
    check_app_name,
    check_count,
    require_one_each,
)
from marketplace.kernel.text import Text

LONGEST_CODE = 128
LONGEST_WORD = 200
MOST_PLACEHOLDERS = 200

TOO_LONG = Text(f"{LONGEST_WORD}文字以内で指定してください。", f"Use at most {LONGEST_WORD} characters.")
CODE_TOO_LONG = Text(f"{LONGEST_CODE}文字以内で指定してください。", f"Use at most {LONGEST_CODE} characters.")
TOO_MANY = Text(f"{MOST_PLACEHOLDERS}件以内で指定してください。", f"Give at most {MOST_PLACEHOLDERS} of them.")
NOT_A_TEMPLATE = Text(
    "「公開団体のコード/テンプレートの識別名」の形で指定してください（例：yokoten/handover-notes）。",
    "Give “publisher/slug”, for example yokoten/handover-notes.",
)
NOT_A_MAPPING: Any = Text(
    "差し込み項目の名前と、ワークスペースでのコードの組（オブジェクト）で指定してください。",
    "Give an object of placeholder keys and their codes in the workspace.",
)
NOT_NAMES: Any = Text(
    "アプリのキーと名前の組（オブジェクト）で指定してください。", "Give an object of app keys and their names."
)
NOT_A_FLAG: Any = Text("true か false で指定してください。", "Give true or false.")
_MODES = ", ".join(mode.value for mode in ImportMode)
NOT_A_MODE: Any = Text(f"mode は次の中から選んでください：{_MODES}", f"Choose the mode among: {_MODES}")
MODE_MESSAGES = {"invalid": NOT_A_MODE, "unknown": NOT_A_MODE}
FLAG_MESSAGES = {"invalid": NOT_A_FLAG, "null": NOT_A_FLAG}
MAPPING_MESSAGES = {"invalid": NOT_A_MAPPING, "null": NOT_A_MAPPING}
NAMES_MESSAGES = {"invalid": NOT_NAMES, "null": NOT_NAMES}


def _check_template(value: str) -> None:
    publisher, _, slug = value.partition("/")
    if not publisher or not slug or "/" in slug or len(value) > LONGEST_WORD:
        raise ValidationError([NOT_A_TEMPLATE])


def _check_length(value: str) -> None:
    if len(value) > LONGEST_WORD:
        raise ValidationError([TOO_LONG])


def _check_code(value: str | None) -> None:
    if value is not None and len(value) > LONGEST_CODE:
        raise ValidationError([CODE_TOO_LONG])


def _check_count(value: dict[str, str]) -> None:
    if len(value) > MOST_PLACEHOLDERS:
        raise ValidationError([TOO_MANY])


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be installed, and how."""

    publisher: str
    slug: str
    version: str | None
    sample_records: bool
    placeholders: dict[str, str]
    dry_run: bool
    target: Target | None = None
    app_names: dict[str, str] = field(default_factory=dict)
    localise: tuple[LocalList, ...] = ()
    mode: ImportMode | None = None
    """None for what suits the workspace."""


class RetryInput(Schema):
    """How to resume: `accept_changes` lets the import go on on top of what somebody else has changed in its apps."""

    error_messages = SCHEMA_MESSAGES

    accept_changes = fields.Boolean(load_default=False, error_messages=FLAG_MESSAGES)


class ImportInput(Schema):
    """An order to install a template.

    `version` may be a number, a range as npm writes it, or left out for the newest. `placeholders` maps the keys of
    placeholders to the codes of users, groups or organisations in the workspace. `target` names the space that the apps
    go into, `app_names` gives apps other names than the template's, by their keys, and `localise` replaces the options
    of the fields that the template offers for it. `mode` says who makes the calls: the service (push), or the
    workspace's side, asking for each (pull) or with a package (carry).
    """

    error_messages = SCHEMA_MESSAGES

    template = PlainText(required=True, validate=_check_template, error_messages=TEXT_MESSAGES)
    version = PlainText(load_default=None, allow_none=True, validate=_check_length, error_messages=TEXT_MESSAGES)
    sample_records = fields.Boolean(load_default=True, error_messages=FLAG_MESSAGES)
    placeholders = fields.Dict(
        keys=PlainText(validate=_check_length, error_messages=TEXT_MESSAGES),
        values=PlainText(allow_none=True, validate=_check_code, error_messages=TEXT_MESSAGES),
        load_default=dict,
        validate=_check_count,
        error_messages=MAPPING_MESSAGES,
    )
    target = fields.Nested(TargetInput(), load_default=None, allow_none=True, error_messages=SCHEMA_MESSAGES)
    app_names = fields.Dict(
        keys=PlainText(validate=_check_length, error_messages=TEXT_MESSAGES),
        values=PlainText(allow_none=True, validate=check_app_name, error_messages=TEXT_MESSAGES),
        load_default=dict,
        validate=_check_count,
        error_messages=NAMES_MESSAGES,
    )
    localise = fields.List(
        fields.Nested(LocalListInput(), error_messages=SCHEMA_MESSAGES),
        load_default=list,
        validate=check_count,
        error_messages=LIST_MESSAGES,
    )
    dry_run = fields.Boolean(load_default=False, error_messages=FLAG_MESSAGES)
    mode = fields.Enum(ImportMode, by_value=True, load_default=None, allow_none=True, error_messages=MODE_MESSAGES)

    @post_load
    def make_order(self, data: dict[str, Any], **_options: Any) -> ImportOrder:
        """Take the template's name apart; a placeholder without a code counts as not given."""
        publisher, _, slug = data["template"].partition("/")
        require_one_each(data["localise"])
        return ImportOrder(
            publisher=publisher,
            slug=slug,
            version=data["version"] or None,
            sample_records=data["sample_records"],
            placeholders={key: code for key, code in data["placeholders"].items() if code},
            dry_run=data["dry_run"],
            target=data["target"],
            app_names={key: name for key, name in data["app_names"].items() if name},
            localise=tuple(data["localise"]),
            mode=data["mode"],
        )
