"""Validates what is said about a withdrawal."""

from __future__ import annotations

from marshmallow import Schema

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most, not_empty

MAX_REASON = 500


class WithdrawalInput(Schema):
    """Why a version is withdrawn; shown to everybody who uses it."""

    error_messages = SCHEMA_MESSAGES

    reason = PlainText(required=True, validate=[not_empty, at_most(MAX_REASON)], error_messages=TEXT_MESSAGES)
