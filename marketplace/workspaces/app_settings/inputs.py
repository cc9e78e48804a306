"""Validates what is entered about webhooks, API tokens and the code of an app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load

from marketplace.accounts.inputs import (
    SCHEMA_MESSAGES,
    TEXT_MESSAGES,
    check_name,
    check_one_line,
    trimmed,
)
from marketplace.kernel.text import Text
from marketplace.sandbox.tokens import PERMISSIONS
from marketplace.sandbox.webhooks.models import WebhookEvent

LONGEST_DESCRIPTION = 500
LONGEST_CODE = 64
_CODE = re.compile(r"[A-Za-z0-9_-]*")

EVENTS_NEEDED = Text("通知する操作を1つ以上選んでください。", "Choose at least one event.")
EVENT_UNKNOWN = Text("通知する操作は、選択肢から選んでください。", "Choose events among those offered.")
PERMISSIONS_NEEDED = Text("許可する操作を1つ以上選んでください。", "Choose at least one permission.")
PERMISSION_UNKNOWN = Text("許可する操作は、選択肢から選んでください。", "Choose permissions among those offered.")
DESCRIPTION_TOO_LONG = Text(
    f"{LONGEST_DESCRIPTION}文字以内で入力してください。", f"Use at most {LONGEST_DESCRIPTION} characters."
)
CODE_MALFORMED = Text(
    f"半角の英数字と「-」「_」を、{LONGEST_CODE}文字以内で入力してください。",
    f"Use at most {LONGEST_CODE} letters and digits of ASCII, hyphens and underscores.",
)


def _check_description(value: str) -> None:
    check_one_line(value)
    if len(value) > LONGEST_DESCRIPTION:
        raise ValidationError([DESCRIPTION_TOO_LONG])


def _check_events(value: list[str]) -> None:
    if not value:
        raise ValidationError([EVENTS_NEEDED])
    if not set(value) <= set(WebhookEvent):
        raise ValidationError([EVENT_UNKNOWN])


def _check_permissions(value: list[str]) -> None:
    if not value:
        raise ValidationError([PERMISSIONS_NEEDED])
    if not set(value) <= set(PERMISSIONS):
        raise ValidationError([PERMISSION_UNKNOWN])


def _check_code(value: str) -> None:
    if len(value) > LONGEST_CODE or not _CODE.fullmatch(value):
        raise ValidationError([CODE_MALFORMED])


class WebhookInput(Schema):
    """A webhook to be added, or its new state; whether its address may be called is asked elsewhere."""

    error_messages = SCHEMA_MESSAGES

    url = fields.String(required=True, error_messages=TEXT_MESSAGES)
    description = fields.String(load_default="", validate=_check_description, error_messages=TEXT_MESSAGES)
    active = fields.Boolean(load_default=False)
    events = fields.List(fields.String(), required=True, validate=_check_events, error_messages=TEXT_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "url", "description")


class AppTokenInput(Schema):
    """An API token of an app to be issued."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)
    permissions = fields.List(fields.String(), required=True, validate=_check_permissions, error_messages=TEXT_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "name")


class AppCodeInput(Schema):
    """The code of an app; empty for none."""

    error_messages = SCHEMA_MESSAGES

    code = fields.String(required=True, validate=_check_code, error_messages=TEXT_MESSAGES)

    @pre_load
    def _trim(self, data: Mapping[str, Any], **_options: object) -> object:
        return trimmed(data, "code")
