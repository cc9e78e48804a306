"""Validates what is entered about workspaces and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES, check_name, trimmed
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text

DEFAULT_DAYS = 90
MAX_DAYS = 365

DAYS_RANGE = Text(
    f"有効期間は1〜{MAX_DAYS}日の整数で指定してください。",
    f"Give a lifetime of 1 to {MAX_DAYS} days as a whole number.",
)
SCOPES_NEEDED = Text("権限を1つ以上選んでください。", "Choose at least one permission.")
NOT_A_LIST = Text("権限は配列で指定してください。", "Give the permissions as a list.")
_WORDS = ", ".join(permission.value for permission in Permission)
UNKNOWN_SCOPE = Text(f"権限は次の中から選んでください：{_WORDS}", f"Choose permissions among: {_WORDS}")
SCOPE_MESSAGES: Any = TEXT_MESSAGES | {"unknown": UNKNOWN_SCOPE}
LIST_MESSAGES: Any = TEXT_MESSAGES | {"invalid": NOT_A_LIST}
DAYS_MESSAGES: Any = {"null": DAYS_RANGE, "invalid": DAYS_RANGE, "too_large": DAYS_RANGE}


def _check_days(value: int) -> None:
    if not 1 <= value <= MAX_DAYS:
        raise ValidationError([DAYS_RANGE])


def _check_scopes(value: list[Permission]) -> None:
    if not value:
        raise ValidationError([SCOPES_NEEDED])


class WorkspaceInput(Schema):
    """A workspace to be made."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name")


class TokenInput(Schema):
    """A token to be issued; without a workspace it reaches all of the municipality."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)
    scopes = fields.List(
        fields.Enum(Permission, by_value=True, error_messages=SCOPE_MESSAGES),
        required=True,
        validate=_check_scopes,
        error_messages=LIST_MESSAGES,
    )
    workspace_id = fields.String(load_default=None, allow_none=True, error_messages=TEXT_MESSAGES)
    expires_in_days = fields.Integer(load_default=DEFAULT_DAYS, validate=_check_days, error_messages=DAYS_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name")
