"""Validates what is entered about members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES, check_email, normalise_email
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


class InvitationInput(RoleInput):
    """Whom to invite, and into which role."""

    email = fields.String(required=True, validate=check_email, error_messages=TEXT_MESSAGES)

    @pre_load
    def _normalise(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        normalised = dict(data)
        if isinstance(email := normalised.get("email"), str):
            normalised["email"] = normalise_email(email)
        return normalised
