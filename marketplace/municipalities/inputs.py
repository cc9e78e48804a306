"""Validates what is entered about members."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.kernel.text import Text
from marketplace.municipalities.roles import Role

_ROLES = ", ".join(role.value for role in Role)
ROLE_MESSAGES: Any = TEXT_MESSAGES | {
    "unknown": Text(f"役割は {_ROLES} のいずれかで指定してください。", f"The role must be one of {_ROLES}."),
}


class RoleInput(Schema):
    """The role of a member."""

    error_messages = SCHEMA_MESSAGES

    role = fields.Enum(Role, by_value=True, required=True, error_messages=ROLE_MESSAGES)
