"""Templates like a template."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.templates import TemplateOut
from marketplace.catalog import queries
from marketplace.edge.context import context
from marketplace.kernel.text import Text


class ReasonOut(Schema):
    """Labels of fields and keywords that two templates share, as one of them writes them."""

    fields_ = fields.List(fields.String(), required=True, attribute="fields", data_key="fields")
    keywords = fields.List(fields.String(), required=True)


class SimilarOut(Schema):
    """A template like the one asked for; `score` is in thousandths of what two templates could share."""

    template = fields.Nested(TemplateOut, required=True)
    score = fields.Integer(required=True)
    reason = fields.Nested(ReasonOut, required=True)


class SimilarListOut(Schema):
    """The nearest first, five at most."""

    items = fields.List(fields.Nested(SimilarOut), required=True)


@bp.get("/templates/<publisher>/<slug>/similar")
@operation(Text("似ているテンプレート", "List similar templates"), answer=SimilarListOut(), token=False)
def list_similar(publisher: str, slug: str) -> Result:
    found = queries.similar_templates(context(), publisher, slug)
    return Result({"items": found})
