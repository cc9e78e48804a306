"""Validates what is said about a withdrawal, and answers to findings."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text
from marketplace.publishing.models import AnswerKind

MAX_REASON = 500
MAX_FINDING_ID = 64
ANSWER_WRONG: Any = Text(
    "「架空のデータです」（fictitious）か「公開してよい情報です」（meant）を選んでください。",
    "Choose fictitious or meant.",
)


class WithdrawalInput(Schema):
    """Why a version is withdrawn; shown to everybody who uses it."""

    error_messages = SCHEMA_MESSAGES

    reason = PlainText(required=True, validate=[not_empty, at_most(MAX_REASON)], error_messages=TEXT_MESSAGES)


class FindingAnswerInput(Schema):
    """An answer to one finding of a draft: the data is fictitious, or meant to be public."""

    error_messages = SCHEMA_MESSAGES

    finding = PlainText(required=True, validate=[not_empty, at_most(MAX_FINDING_ID)], error_messages=TEXT_MESSAGES)
    answer = fields.Enum(
        AnswerKind,
        by_value=True,
        required=True,
        error_messages={"unknown": ANSWER_WRONG, "required": ANSWER_WRONG, "null": ANSWER_WRONG},
        metadata={"type": "string", "enum": [*map(str, AnswerKind)]},
    )
