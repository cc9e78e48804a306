"""Publishing in one call, as pipelines do it: upload a bundle and release it."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.bodies import zip_body
from marketplace.api.v1.drafts import DraftOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.templates import VersionSummaryOut
from marketplace.edge.context import context
from marketplace.edge.problem import answer_refusal
from marketplace.kernel.text import Text
from marketplace.publishing import services


class PublishedOut(Schema):
    """The draft that a bundle became, and the version that the draft became: null while the operator looks at it."""

    draft = fields.Nested(DraftOut, required=True)
    version = fields.Nested(VersionSummaryOut, required=True, allow_none=True)


@bp.post("/versions")
@operation(
    Text(
        "バンドルをアップロードし、検査して、そのまま版として公開する（公開できないときは断り、下書きを残します。"
        "params.draft がその番号です。運営の確認が要るときは 202 を返します）",
        "Upload a bundle, have it checked and release it as a version (what can't be released is refused and stays "
        "a draft, which params.draft names; 202: the operator reviews it first)",
    ),
    answer=PublishedOut(),
    status=201,
    instead={202: PublishedOut()},
    upload=True,
    creates=True,
    refusals=(409,),
)
def publish_bundle() -> Result:
    published = services.publish_bundle(context(), zip_body())
    draft, version = published.draft, published.version
    of_draft = {"Location": f"/api/v1/drafts/{draft.id}"}
    if published.refusal is not None:
        refused = answer_refusal(published.refusal)
        refused.headers.update(of_draft)
        return Result(refused)
    if version is None:
        return Result(published, of_draft, 202)
    path = f"/api/v1/templates/{draft.municipality_code}/{draft.slug}/versions/{version.number}"
    return Result(published, {"Location": path})
