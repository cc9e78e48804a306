"""Publishing: upload a bundle, read the findings, release it, withdraw a version."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.bodies import ZIP, zip_body
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import FindingOut, PageQuery, page_links
from marketplace.api.v1.templates import VersionChangesOut, VersionSummaryOut
from marketplace.edge.context import context, marketplace_app
from marketplace.kernel.text import Text
from marketplace.publishing import queries, services
from marketplace.publishing.inputs import WithdrawalInput


class DraftOut(Schema):
    """An uploaded bundle: what was found in it and what it changes."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    version = fields.String(required=True, attribute="number")
    state = fields.String(required=True, metadata={"enum": ["open", "released", "discarded"]})
    digest = fields.String(required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    changes = fields.Nested(VersionChangesOut, required=True)
    least_version = fields.String(required=True, allow_none=True)
    can_be_released = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class DraftListOut(Schema):
    """The municipality's drafts, newest first."""

    items = fields.List(fields.Nested(DraftOut), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("/drafts")
@operation(Text("下書きの一覧", "List drafts"), query=PageQuery(), answer=DraftListOut())
def list_drafts(query: dict[str, Any]) -> Result:
    found = queries.list_drafts(context(), **query)
    links = page_links(found.next_cursor)
    return Result({"items": found.items, "next": found.next_cursor}, links)


@bp.post("/drafts")
@operation(
    Text("バンドルをアップロードして検査する", "Upload a bundle and have it checked"),
    answer=DraftOut(),
    status=201,
    upload=True,
    creates=True,
)
def upload_draft() -> Result:
    draft = services.upload_draft(context(), zip_body())
    return Result(draft, {"Location": f"/api/v1/drafts/{draft.id}"})


@bp.get("/drafts/<draft_id>")
@operation(Text("下書き", "Read a draft"), answer=DraftOut())
def get_draft(draft_id: str) -> Result:
    return Result(queries.get_draft(context(), draft_id))


@bp.get("/drafts/<draft_id>/bundle")
@operation(Text("下書きのバンドル（zip）", "Download a draft's bundle (zip)"), media=ZIP)
def download_draft(draft_id: str) -> Result:
    draft = queries.get_draft(context(), draft_id)
    headers = {
        "ETag": f'"{draft.digest}"',
        "Content-Disposition": f'attachment; filename="{draft.slug}-{draft.number}.zip"',
        "X-Content-Digest": f"sha256:{draft.digest}",
    }
    blobs, digest = marketplace_app().ports.blobs, draft.digest
    return Result(lambda: blobs.get(digest), headers)


@bp.delete("/drafts/<draft_id>")
@operation(Text("下書きを破棄する", "Discard a draft"), status=204, refusals=(409,))
def discard_draft(draft_id: str) -> Result:
    services.discard_draft(context(), draft_id)
    return Result()


@bp.post("/drafts/<draft_id>/release")
@operation(
    Text("下書きを版として公開する", "Release a draft as a version"),
    answer=VersionSummaryOut(),
    status=201,
    creates=True,
)
def release_draft(draft_id: str) -> Result:
    draft = queries.get_draft(context(), draft_id)
    version = services.release_draft(context(), draft_id)
    path = f"/api/v1/templates/{draft.municipality_code}/{draft.slug}/versions/{version.number}"
    return Result(version, {"Location": path})


@bp.post("/templates/<publisher>/<slug>/versions/<version>/withdrawal")
@operation(
    Text("版の公開を停止する", "Withdraw a version"),
    body=WithdrawalInput(),
    answer=VersionSummaryOut(),
    refusals=(409,),
)
def withdraw_version(publisher: str, slug: str, version: str, data: dict[str, Any]) -> Result:
    return Result(services.withdraw_version(context(), publisher, slug, version, data))
