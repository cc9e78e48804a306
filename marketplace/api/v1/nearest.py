"""What comes nearest to a search that found nothing, as part of the list of templates."""

from __future__ import annotations

from marshmallow import Schema, fields


class WithoutOut(Schema):
    """How many templates there are without some conditions of the query, which are named as its parameters are."""

    conditions = fields.List(fields.String(), required=True)
    total = fields.Integer(required=True)


class PartOfQueryOut(Schema):
    """A part of the words, and how many templates it finds alone."""

    q = fields.String(required=True)
    total = fields.Integer(required=True)


class NearestOut(Schema):
    """Fewer conditions, parts of the words, the templates that hold most of them, and what others want as well."""

    without = fields.List(fields.Nested(WithoutOut), required=True)
    parts = fields.List(fields.Nested(PartOfQueryOut), required=True)
    templates = fields.List(fields.Nested("TemplateOut"), required=True)
    wanted = fields.List(fields.Nested("WantedOut"), required=True)
