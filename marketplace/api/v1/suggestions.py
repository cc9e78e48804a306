"""Suggestions while somebody types."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES
from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import CategoryOut, PublisherOut, TextOut
from marketplace.api.v1.templates import MAX_WORDS
from marketplace.catalog.inputs import at_most
from marketplace.catalog.suggesting import suggest
from marketplace.edge.context import context
from marketplace.kernel.text import Text

KEPT = "public, max-age=60"


class SuggestionQuery(Schema):
    """What is typed so far."""

    error_messages = SCHEMA_MESSAGES

    q = fields.String(
        load_default="",
        validate=at_most(MAX_WORDS),
        metadata={
            "description": Text("入力途中の言葉（かな・ローマ字も可）", "What is typed so far; kana or romaji"),
            "maxLength": MAX_WORDS,
        },
    )


class SuggestedTemplateOut(Schema):
    """A template to go to."""

    publisher = fields.Nested(PublisherOut, required=True)
    slug = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    category = fields.Nested(CategoryOut, required=True)


class SuggestedCategoryOut(Schema):
    """A category, and how many templates it has."""

    id = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    template_count = fields.Integer(required=True)


class SuggestedMunicipalityOut(Schema):
    """A municipality, and how many templates it has published."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    prefecture = fields.String(required=True)
    template_count = fields.Integer(required=True)


class SuggestionsOut(Schema):
    """What fits, the best first: up to 5 templates, 2 categories, 3 municipalities."""

    templates = fields.List(fields.Nested(SuggestedTemplateOut), required=True)
    categories = fields.List(fields.Nested(SuggestedCategoryOut), required=True)
    municipalities = fields.List(fields.Nested(SuggestedMunicipalityOut), required=True)


@bp.get("/suggestions")
@operation(
    Text("入力途中の言葉からの候補", "Suggest while typing"),
    query=SuggestionQuery(),
    answer=SuggestionsOut(),
    token=False,
)
def suggest_while_typing(query: dict[str, Any]) -> Result:
    return Result(suggest(context(), query["q"]), {"Cache-Control": KEPT})
