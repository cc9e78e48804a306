"""Reviews: one per municipality and template, by those who installed it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.preconditions import has_preconditions, require_match
from marketplace.api.v1.shapes import PageQuery, PublisherOut, page_links
from marketplace.catalog.queries import find_template
from marketplace.catalog.services import lock_template
from marketplace.community import queries, services
from marketplace.community.inputs import ReviewInput
from marketplace.community.policy import require_reviewer
from marketplace.edge.context import context
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Text


class ReviewOut(Schema):
    """What one municipality says of a version it installed; `hidden_reason` is for its own only."""

    id = fields.String(required=True)
    municipality = fields.Nested(PublisherOut, required=True)
    stars = fields.Integer(required=True)
    text = fields.String(required=True)
    version = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    hidden_reason = fields.String(required=True, allow_none=True)


class ReviewListOut(Schema):
    """Reviews, newest first, and how many gave how many stars."""

    items = fields.List(fields.Nested(ReviewOut), required=True)
    distribution = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next = fields.String(required=True, allow_none=True)


def _require_match(ctx: Context, publisher: str, slug: str) -> None:
    """Refuse a write that starts from an older review; the template is locked first, for two may write at once."""
    if not has_preconditions():
        return
    require_reviewer(ctx.actor, publisher)
    template = find_template(ctx, publisher, slug)
    if template is not None:
        lock_template(ctx, template.id)
    require_match(ReviewOut(), queries.find_own_review(ctx, publisher, slug))


path = "/templates/<publisher>/<slug>/reviews"


@bp.get(path)
@operation(Text("評価の一覧", "List reviews"), query=PageQuery(), answer=ReviewListOut(), token=False)
def list_reviews(publisher: str, slug: str, query: dict[str, Any]) -> Result:
    found = queries.list_reviews(context(), publisher, slug, **query)
    links = page_links(found.page.next_cursor)
    listed = {"items": found.page.items, "distribution": found.distribution}
    return Result({**listed, "next": found.page.next_cursor}, links)


@bp.get(f"{path}/own")
@operation(Text("自団体の評価", "Read the own review"), answer=ReviewOut())
def get_own_review(publisher: str, slug: str) -> Result:
    ctx = context()
    require_reviewer(ctx.actor, publisher)
    found = queries.find_own_review(ctx, publisher, slug)
    if found is None:
        raise NotFoundError
    return Result(found)


@bp.put(path)
@operation(
    Text("自団体の評価を書く・書き直す", "Write or replace the own review"),
    body=ReviewInput(),
    answer=ReviewOut(),
    matches=True,
)
def put_review(publisher: str, slug: str, data: dict[str, Any]) -> Result:
    ctx = context()
    _require_match(ctx, publisher, slug)
    services.put_review(ctx, publisher, slug, data)
    return Result(queries.find_own_review(ctx, publisher, slug))


@bp.delete(path)
@operation(Text("自団体の評価を消す", "Delete the own review"), status=204, matches=True)
def delete_review(publisher: str, slug: str) -> Result:
    ctx = context()
    _require_match(ctx, publisher, slug)
    services.delete_review(ctx, publisher, slug)
    return Result()
