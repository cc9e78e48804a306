"""Validates what is entered about workspaces and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES, UNKNOWN_ITEM, check_name, trimmed
from marketplace.kernel.actor import SCOPES, Permission
from marketplace.kernel.text import Text
from marketplace.workspaces.domains.inputs import (
    check_gate_password,
    check_gate_user,
    check_guest_space,
    check_login,
    check_text,
    require_whole_gate,
    secret,
)
from marketplace.workspaces.models import BUILTIN, CLOSED_NETWORK, KINTONE

DEFAULT_DAYS = 90
MAX_DAYS = 365

DAYS_RANGE = Text(
    f"有効期間は1〜{MAX_DAYS}日の整数で指定してください。",
    f"Give a lifetime of 1 to {MAX_DAYS} days as a whole number.",
)
SCOPES_NEEDED = Text("権限を1つ以上選んでください。", "Choose at least one permission.")
NOT_A_LIST = Text("権限は配列で指定してください。", "Give the permissions as a list.")
WORDS = [permission.value for permission in Permission if permission in SCOPES]
_WORDS = ", ".join(WORDS)
UNKNOWN_SCOPE = Text(f"権限は次の中から選んでください：{_WORDS}", f"Choose permissions among: {_WORDS}")
SCOPE_MESSAGES: Any = TEXT_MESSAGES | {"unknown": UNKNOWN_SCOPE}
LIST_MESSAGES: Any = TEXT_MESSAGES | {"invalid": NOT_A_LIST}
DAYS_MESSAGES: Any = {"null": DAYS_RANGE, "invalid": DAYS_RANGE, "too_large": DAYS_RANGE}


KINDS = (BUILTIN, KINTONE, CLOSED_NETWORK)
NEEDED: Mapping[str, tuple[str, ...]] = {
    BUILTIN: (),
    KINTONE: ("address", "login", "password"),
    CLOSED_NETWORK: ("address",),
}
"""What a workspace of each kind can't be without."""
TAKEN: Mapping[str, tuple[str, ...]] = {
    BUILTIN: (),
    KINTONE: ("address", "guest_space", "login", "password", "gate_user", "gate_password"),
    CLOSED_NETWORK: ("address", "guest_space"),
}
"""What may be said of it beside name and kind."""
UNKNOWN_KIND = Text(
    f"種類は {'・'.join(KINDS)} のどれかを指定してください。", f"The kind must be one of {', '.join(KINDS)}."
)


def _check_kind(value: str) -> None:
    if value not in KINDS:
        raise ValidationError([UNKNOWN_KIND])


def _check_days(value: int) -> None:
    if not 1 <= value <= MAX_DAYS:
        raise ValidationError([DAYS_RANGE])


def _check_scopes(value: list[Permission]) -> None:
    if not value:
        raise ValidationError([SCOPES_NEEDED])
    if not SCOPES.issuperset(value):
        raise ValidationError([UNKNOWN_SCOPE])


class WorkspaceInput(Schema):
    """A workspace to be made: a built-in one, of which only the name is given, or a kintone domain to be connected.

    Of a kintone in a closed network only the address is given, and the guest space if it is one: no account.
    """

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)
    kind = fields.String(load_default=BUILTIN, validate=_check_kind, metadata={"enum": list(KINDS)})
    address = fields.String(error_messages=TEXT_MESSAGES)
    guest_space = fields.String(allow_none=True, validate=check_guest_space, error_messages=TEXT_MESSAGES)
    login = fields.String(validate=check_login, error_messages=TEXT_MESSAGES)
    password = secret(validate=check_text)
    gate_user = fields.String(allow_none=True, validate=check_gate_user, error_messages=TEXT_MESSAGES)
    gate_password = secret(allow_none=True, validate=check_gate_password)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name", "address", "guest_space", "login", "gate_user")

    @validates_schema(skip_on_field_errors=True)
    def _fits_its_kind(self, data: dict[str, Any], **_options: object) -> None:
        kind = data["kind"]
        missing = {name: [REQUIRED] for name in NEEDED[kind] if not data.get(name)}
        foreign = {name: [UNKNOWN_ITEM] for name in data.keys() - {"name", "kind", *TAKEN[kind]}}
        if missing or foreign:
            raise ValidationError(missing | foreign)
        require_whole_gate(data)


class TokenInput(Schema):
    """A token to be issued; without a workspace it reaches all of the municipality."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)
    scopes = fields.List(
        fields.Enum(Permission, by_value=True, error_messages=SCOPE_MESSAGES, metadata={"enum": WORDS}),
        required=True,
        validate=_check_scopes,
        error_messages=LIST_MESSAGES,
    )
    workspace_id = fields.String(load_default=None, allow_none=True, error_messages=TEXT_MESSAGES)
    expires_in_days = fields.Integer(load_default=DEFAULT_DAYS, validate=_check_days, error_messages=DAYS_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name")
