"""Validates what is said about a withdrawal."""

from __future__ import annotations

from marshmallow import Schema, validate

from marketplace.accounts.inputs import REQUIRED, SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText
from marketplace.kernel.text import Text

MAX_REASON = 500
REASON_TOO_LONG = Text(f"{MAX_REASON}文字以内で入力してください。", f"Use at most {MAX_REASON} characters.")


class WithdrawalInput(Schema):
    """Why a version is withdrawn; shown to everybody who uses it."""

    error_messages = SCHEMA_MESSAGES

    reason = PlainText(
        required=True,
        validate=[
            validate.Length(min=1, error=REQUIRED),
            validate.Length(max=MAX_REASON, error=REASON_TOO_LONG),  # type: ignore[arg-type]
        ],
        error_messages=TEXT_MESSAGES,
    )
