"""Validates what is entered about the users, groups and organisations of a workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES, check_name, trimmed
from marketplace.kernel.text import Text

LONGEST_CODE = 100
CODE_SHAPE = Text(
    f"コードは{LONGEST_CODE}文字以内の半角の英数字と . _ - @ + で入力してください。",
    f"Use at most {LONGEST_CODE} of the characters a-z, A-Z, 0-9 and . _ - @ + for the code.",
)
# A colon would end the login in a header, a slash would end it in an address.
_CODE = re.compile(r"[A-Za-z0-9._@+-]+")


def check_code(value: str) -> None:
    """Refuse a code that headers or addresses can't carry. Raises ValidationError."""
    if len(value) > LONGEST_CODE or not _CODE.fullmatch(value):
        raise ValidationError([CODE_SHAPE])


class _Named(Schema):
    """Whatever has a name."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name", "code")


class UserChangeInput(_Named):
    """What may be changed of a user."""

    is_admin = fields.Boolean(load_default=False, error_messages=TEXT_MESSAGES)


class UserInput(UserChangeInput):
    """A user to be added."""

    code = fields.String(required=True, validate=check_code, error_messages=TEXT_MESSAGES)


class PrincipalChangeInput(_Named):
    """What may be changed of a group or an organisation; only the latter has a parent."""

    parent = fields.String(load_default=None, allow_none=True, error_messages=TEXT_MESSAGES)


class PrincipalInput(PrincipalChangeInput):
    """A group or an organisation to be added."""

    code = fields.String(required=True, validate=check_code, error_messages=TEXT_MESSAGES)
