"""Validates what is asked of a takeout."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES


class TakeoutInput(Schema):
    """Whether the records of built-in workspaces go into the file."""

    error_messages = SCHEMA_MESSAGES

    records = fields.Boolean(load_default=False)
