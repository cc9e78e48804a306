"""Pieces that several answers share."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT


class TextOut(Schema):
    """A sentence in both languages."""

    ja = fields.String(required=True)
    en = fields.String(required=True)


class PageQuery(Schema):
    """Where to go on reading a list."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MAX_LIMIT))
    cursor = fields.String(load_default=None)


class FindingOut(Schema):
    """What a check found, where, and what to do."""

    severity = fields.String(required=True)
    code = fields.String(required=True)
    file = fields.String(required=True)
    pointer = fields.String(required=True)
    title = fields.Nested(TextOut, required=True)
    remedy = fields.Nested(TextOut, required=True)


class ChangeOut(Schema):
    """One difference between two versions."""

    impact = fields.String(required=True, metadata={"enum": ["breaking", "additive", "cosmetic"]})
    area = fields.String(required=True)
    act = fields.String(required=True)
    app = fields.String(required=True, attribute="app_key", allow_none=True)
    subject = fields.String(required=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    text = fields.Nested(TextOut, required=True)
