"""Publishing: upload a bundle, read the findings, release it, withdraw a version."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.bodies import ZIP, zip_body
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import FindingOut, PageQuery, TextOut, page_links
from marketplace.api.v1.templates import VersionChangesOut, VersionSummaryOut
from marketplace.edge.blobs import BlobFile, send_private_blob_from_here
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.publishing import answers, queries, services
from marketplace.publishing.inputs import FindingAnswerInput, WithdrawalInput
from marketplace.publishing.models import AnswerKind, DraftHold, DraftState, HoldDecision, HoldReason
from marketplace.publishing.scan.held import SuspectKind


class HeldOut(Schema):
    """What a finding may be, the value it is about with most of it masked, and where it stands, in words."""

    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [*map(str, SuspectKind)]})
    masked = fields.String(required=True)
    place = fields.Nested(TextOut, required=True)
    needs_answer = fields.Boolean(required=True)


class DraftFindingOut(FindingOut):
    """A finding of a draft; `held` is there when it may be personal data or tells what a script reaches."""

    held = fields.Nested(HeldOut)


class FindingAnswerOut(Schema):
    """Why a finding does not stand in the way of the release, who says so and when."""

    finding = fields.String(required=True, attribute="finding_id")
    answer = fields.Enum(
        AnswerKind, by_value=True, required=True, metadata={"type": "string", "enum": [*map(str, AnswerKind)]}
    )
    answered_by = fields.String(required=True, attribute="answered_by_name")
    answered_at = fields.AwareDateTime(required=True)


class AnsweredFindingOut(Schema):
    """A finding that needs an answer, and the one that counts: of somebody else than the author of the draft."""

    finding = fields.Nested(DraftFindingOut, required=True)
    answer = fields.Nested(FindingAnswerOut, required=True, allow_none=True)


class AnsweredFindingsOut(Schema):
    """Every finding of a draft that needs an answer."""

    items = fields.List(fields.Nested(AnsweredFindingOut), required=True)


class HoldOut(Schema):
    """Why a release waits for the operator, and what was decided: nothing yet, or with a reason when turned back."""

    reasons = fields.List(fields.String(metadata={"enum": [*map(str, HoldReason)]}), required=True)
    asked_at = fields.AwareDateTime(required=True)
    decision = fields.Enum(
        HoldDecision,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"type": "string", "enum": [*map(str, HoldDecision), None]},
    )
    reason = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class DraftOut(Schema):
    """An uploaded bundle: what was found in it, what it changes, and whether its release waits for the operator."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    version = fields.String(required=True, attribute="number")
    state = fields.String(required=True, metadata={"enum": [*map(str, DraftState)]})
    digest = fields.String(required=True)
    findings = fields.List(fields.Nested(DraftFindingOut), required=True)
    unanswered = fields.Integer(required=True)
    changes = fields.Nested(VersionChangesOut, required=True)
    least_version = fields.String(required=True, allow_none=True)
    can_be_released = fields.Boolean(required=True)
    hold = fields.Nested(HoldOut, required=True, allow_none=True)
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


@bp.get("/drafts/<draft_id>/answers")
@operation(Text("答えを待つ指摘と、その回答", "List the findings that need an answer"), answer=AnsweredFindingsOut())
def list_answers(draft_id: str) -> Result:
    ctx = context()
    draft = queries.get_draft(ctx, draft_id)
    return Result({"items": answers.list_answers(ctx, draft, answers.findings_of(ctx, draft))})


@bp.post("/drafts/<draft_id>/answers")
@operation(
    Text(
        "指摘に答える（人だけが行えます。APIトークンには403を返します）",
        "Answer a finding (people only: a token gets 403)",
    ),
    body=FindingAnswerInput(),
    answer=FindingAnswerOut(),
    refusals=(409,),
)
def answer_finding(draft_id: str, data: dict[str, Any]) -> Result:
    return Result(answers.answer_finding(context(), draft_id, data))


@bp.get("/drafts/<draft_id>/bundle")
@operation(Text("下書きのバンドル（zip）", "Download a draft's bundle (zip)"), media=ZIP)
def download_draft(draft_id: str) -> Result:
    draft = queries.get_draft(context(), draft_id)
    return Result(send_private_blob_from_here(BlobFile(draft.digest, draft.size, f"{draft.slug}-{draft.number}.zip")))


@bp.delete("/drafts/<draft_id>")
@operation(Text("下書きを破棄する", "Discard a draft"), status=204, refusals=(409,))
def discard_draft(draft_id: str) -> Result:
    services.discard_draft(context(), draft_id)
    return Result()


@bp.post("/drafts/<draft_id>/release")
@operation(
    Text(
        "下書きを版として公開する（運営の確認が要るときは 202 を返し、公開は確認のあとです）",
        "Release a draft as a version (202: the operator reviews it first)",
    ),
    answer=VersionSummaryOut(),
    status=201,
    instead={202: DraftOut()},
    creates=True,
    refusals=(409,),
)
def release_draft(draft_id: str) -> Result:
    version = services.release_draft(context(), draft_id)
    draft = queries.get_draft(context(), draft_id)
    if isinstance(version, DraftHold):
        return Result(draft, {"Location": f"/api/v1/drafts/{draft.id}"}, 202)
    path = f"/api/v1/templates/{draft.municipality_code}/{draft.slug}/versions/{version.number}"
    return Result(version, {"Location": path})


@bp.delete("/drafts/<draft_id>/hold")
@operation(
    Text("運営の確認を待つ公開の依頼を取り下げる", "Take back a release that waits for the operator"),
    answer=DraftOut(),
    refusals=(409,),
)
def take_draft_back(draft_id: str) -> Result:
    return Result(services.take_back(context(), draft_id))


@bp.post("/templates/<publisher>/<slug>/versions/<version>/withdrawal")
@operation(
    Text("版の公開を停止する", "Withdraw a version"),
    body=WithdrawalInput(),
    answer=VersionSummaryOut(),
    refusals=(409,),
)
def withdraw_version(publisher: str, slug: str, version: str, data: dict[str, Any]) -> Result:
    return Result(services.withdraw_version(context(), publisher, slug, version, data))
