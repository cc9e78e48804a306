"""Validates what the operator says about an act, and what people report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most, not_empty
from marketplace.kernel.text import Text
from marketplace.operating.models import ReportOutcome, ReportReason

MAX_REASON = 500
MAX_REPORT = 1000
DIGEST_LENGTH = 64
CHOOSE = Text("選択肢から選んでください。", "Choose one of the options.")
CHOICE_MESSAGES: Any = TEXT_MESSAGES | {"unknown": CHOOSE}


class ReasonInput(Schema):
    """Why something is done; it stands in the log alone."""

    error_messages = SCHEMA_MESSAGES

    reason = PlainText(required=True, validate=[not_empty, at_most(MAX_REASON)], error_messages=TEXT_MESSAGES)


def read_reason(data: Mapping[str, object]) -> str:
    """Return the reason. Raises ValidationError."""
    return str(ReasonInput().load(dict(data))["reason"])


class HeldReleaseInput(Schema):
    """Which content of a draft was looked at."""

    error_messages = SCHEMA_MESSAGES

    digest = PlainText(required=True, validate=[not_empty, at_most(DIGEST_LENGTH)], error_messages=TEXT_MESSAGES)


class TurningBackInput(HeldReleaseInput):
    """The same, and why it can't be released; the author reads it."""

    reason = PlainText(required=True, validate=[not_empty, at_most(MAX_REPORT)], error_messages=TEXT_MESSAGES)


class ReportInput(Schema):
    """What somebody tells the operator."""

    error_messages = SCHEMA_MESSAGES

    reason = fields.Enum(ReportReason, by_value=True, required=True, error_messages=CHOICE_MESSAGES)
    text = PlainText(required=True, validate=[not_empty, at_most(MAX_REPORT)], error_messages=TEXT_MESSAGES)


class SettlementInput(Schema):
    """What the operator did about a report; the note stands in the list and in the log, and the reporter reads it."""

    error_messages = SCHEMA_MESSAGES

    outcome = fields.Enum(ReportOutcome, by_value=True, required=True, error_messages=CHOICE_MESSAGES)
    note = PlainText(required=True, validate=[not_empty, at_most(MAX_REASON)], error_messages=TEXT_MESSAGES)
