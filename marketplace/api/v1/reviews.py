"""Reviews: one per municipality and template, by those who installed it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from marketplace.api.v1.operation import Result, operation, require_match
from marketplace.api.v1.shapes import PageQuery
from marketplace.api.v1.templates import PublisherOut, page_links
from marketplace.community import queries, services
from marketplace.community.inputs import ReviewInput
from marketplace.edge.context import context
from marketplace.kernel.text import Text


class ReviewOut(Schema):
    """What one municipality says of a version it installed."""

    id = fields.String(required=True)
    municipality = fields.Nested(PublisherOut, required=True)
    stars = fields.Integer(required=True)
    text = fields.String(required=True)
    version = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ReviewListOut(Schema):
    """Reviews, newest first, and how many gave how many stars."""

    items = fields.List(fields.Nested(ReviewOut), required=True)
    distribution = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next = fields.String(required=True, allow_none=True)


def add_routes(bp: Blueprint) -> None:
    """Add the endpoints of reviews."""
    path = "/templates/<publisher>/<slug>/reviews"

    @bp.get(path)
    @operation(Text("評価の一覧", "List reviews"), query=PageQuery(), answer=ReviewListOut(), token=False)
    def list_reviews(publisher: str, slug: str, query: dict[str, Any]) -> Result:
        found = queries.list_reviews(context(), publisher, slug, **query)
        links = page_links(found.page.next_cursor, "api_v1.list_reviews", publisher=publisher, slug=slug)
        listed = {"items": found.page.items, "distribution": found.distribution}
        return Result({**listed, "next": found.page.next_cursor}, links)

    @bp.put(path)
    @operation(
        Text("自団体の評価を書く・書き直す", "Write or replace the own review"),
        body=ReviewInput(),
        answer=ReviewOut(),
        refusals=(409, 412),
    )
    def put_review(publisher: str, slug: str, data: dict[str, Any]) -> Result:
        ctx = context()
        require_match(ReviewOut(), queries.find_own_review(ctx, publisher, slug))
        services.put_review(ctx, publisher, slug, data)
        return Result(queries.find_own_review(ctx, publisher, slug))

    @bp.delete(path)
    @operation(Text("自団体の評価を消す", "Delete the own review"), status=204, refusals=(412,))
    def delete_review(publisher: str, slug: str) -> Result:
        ctx = context()
        require_match(ReviewOut(), queries.find_own_review(ctx, publisher, slug))
        services.delete_review(ctx, publisher, slug)
        return Result()
