"""Validates what is entered about a connection; passwords are kept as they were typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES, check_one_line, trimmed
from marketplace.kernel.domains import DomainRules
from marketplace.kernel.text import Text
from marketplace.workspaces.domains.addresses import AddressRefusedError, read_address

MOST_LETTERS = 256
MOST_DIGITS = 10

TOO_LONG = Text(f"{MOST_LETTERS}文字以内で入力してください。", f"Use at most {MOST_LETTERS} characters.")
NO_COLON = Text("「:」は使えません。", "A colon can't be used.")
NOT_A_NUMBER = Text(
    "ゲストスペースの番号を数字で入力してください（例：5）。", "Give the number of the guest space, such as 5."
)
ADDRESS_CHANGED = Text(
    "接続先のホストを変えるときは、パスワードも入力してください。",
    "Enter the password as well when the host changes.",
)


def check_text(value: str) -> None:
    """Refuse what is empty, endless or holds line breaks. Raises ValidationError."""
    if not value:
        raise ValidationError([REQUIRED])
    if len(value) > MOST_LETTERS:
        raise ValidationError([TOO_LONG])
    check_one_line(value)


def check_login(value: str) -> None:
    """Refuse a login with a colon, which would end it too early in the header that carries it."""
    check_text(value)
    if ":" in value:
        raise ValidationError([NO_COLON])


def check_gate_user(value: str) -> None:
    """Refuse the same in the user of the Basic authentication, which may be left out."""
    if value:
        check_login(value)


def check_gate_password(value: str) -> None:
    """Refuse a password that is endless or holds line breaks; none at all will do."""
    if value:
        check_text(value)


def check_guest_space(value: str) -> None:
    """Refuse what is no number."""
    if value and not (re.fullmatch(r"[1-9][0-9]*", value) and len(value) <= MOST_DIGITS):
        raise ValidationError([NOT_A_NUMBER])


def secret(**options: Any) -> fields.String:
    """Return a field that is taken and never given out."""
    return fields.String(load_only=True, metadata={"format": "password"}, error_messages=TEXT_MESSAGES, **options)


class CredentialsInput(Schema):
    """The account of a kintone domain."""

    error_messages = SCHEMA_MESSAGES

    login = fields.String(required=True, validate=check_login, error_messages=TEXT_MESSAGES)
    password = secret(required=True, validate=check_text)
    gate_user = fields.String(load_default="", allow_none=True, validate=check_gate_user, error_messages=TEXT_MESSAGES)
    gate_password = secret(load_default="", allow_none=True, validate=check_gate_password)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "login", "gate_user")

    @validates_schema(skip_on_field_errors=True)
    def _gate_is_whole(self, data: dict[str, Any], **_options: object) -> None:
        require_whole_gate(data)


class ConnectionInput(Schema):
    """Where a workspace's kintone is; the password is needed only if the host changes."""

    error_messages = SCHEMA_MESSAGES

    address = fields.String(required=True, error_messages=TEXT_MESSAGES)
    guest_space = fields.String(
        load_default="", allow_none=True, validate=check_guest_space, error_messages=TEXT_MESSAGES
    )
    password = secret(load_default="", allow_none=True, validate=check_gate_password)
    gate_password = secret(load_default="", allow_none=True, validate=check_gate_password)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "address", "guest_space")


def require_whole_gate(data: Mapping[str, Any]) -> None:
    """Refuse a user of the Basic authentication without a password, and the other way round. Raises ValidationError."""
    user, password = data.get("gate_user"), data.get("gate_password")
    if bool(user) != bool(password):
        raise ValidationError([REQUIRED], "gate_password" if user else "gate_user")


def domain_address(written: str, rules: DomainRules) -> str:
    """Return the address to keep. Raises ValidationError."""
    try:
        return read_address(written, rules)
    except AddressRefusedError as error:
        raise ValidationError({"address": [error.reason]}) from None
