"""Making templates of apps that live in a workspace: the choice, the survey, the export, its report."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.imports import FailureOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import TextOut
from marketplace.edge.context import context
from marketplace.exports import queries, services
from marketplace.exports.choosing import ChoicesQuery, list_choices
from marketplace.exports.inputs import ExportInput
from marketplace.kernel.text import Text

STATES = ["queued", "running", "succeeded", "failed", "cancelled"]


class AppChoiceOut(Schema):
    """An app that may be exported."""

    id = fields.String(required=True, attribute="app_id")
    name = fields.String(required=True)
    code = fields.String(required=True)


class AppChoicesOut(Schema):
    """Apps to choose from."""

    items = fields.List(fields.Nested(AppChoiceOut), required=True, attribute="apps")
    is_more = fields.Boolean(required=True)
    guest_space = fields.String(required=True, allow_none=True)


class ExportProgressOut(Schema):
    """How far an export has come."""

    phase = fields.String(required=True, metadata={"enum": ["waiting", "reading", "records", "drafting", "done"]})
    label = fields.Nested(TextOut, required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


class CarriedAppOut(Schema):
    """An app that came along."""

    id = fields.String(required=True, attribute="app_id")
    key = fields.String(required=True)
    name = fields.String(required=True)
    was_chosen = fields.Boolean(required=True)
    parts = fields.List(fields.String(), required=True)
    records = fields.Integer(required=True)


class UsedInOut(Schema):
    """A part of an app in which a placeholder stands."""

    app = fields.String(required=True, attribute="app_key")
    part = fields.String(required=True)


class ReplacementOut(Schema):
    """Who was replaced by a placeholder; the code stands here and nowhere in the bundle."""

    key = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["USER", "GROUP", "ORGANIZATION"]})
    code = fields.String(required=True)
    label = fields.Nested(TextOut, required=True)
    places = fields.List(fields.Nested(UsedInOut), required=True)


class LostAppOut(Schema):
    """An app that could not come along."""

    id = fields.String(required=True, attribute="app_id")
    was_chosen = fields.Boolean(required=True)
    reason = fields.Nested(TextOut, required=True)


class LeftOut(Schema):
    """Something of an app that did not come along."""

    app = fields.String(required=True, attribute="app_key")
    part = fields.String(required=True)
    subject = fields.String(required=True)
    reason = fields.Nested(TextOut, required=True)


class MentionOut(Schema):
    """A file in which a code that was replaced still stands in some text."""

    code = fields.String(required=True)
    file = fields.String(required=True)


class ReportOut(Schema):
    """What was carried, replaced and left behind."""

    carried = fields.List(fields.Nested(CarriedAppOut), required=True)
    replaced = fields.List(fields.Nested(ReplacementOut), required=True)
    lost = fields.List(fields.Nested(LostAppOut), required=True)
    left = fields.List(fields.Nested(LeftOut), required=True)
    mentions = fields.List(fields.Nested(MentionOut), required=True)
    base = fields.String(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)


class ExportSummaryOut(Schema):
    """One export, in a list."""

    id = fields.String(required=True, attribute="export.id")
    workspace_id = fields.String(required=True, attribute="export.workspace_id")
    state = fields.String(required=True, attribute="export.state", metadata={"enum": STATES})
    dry_run = fields.Boolean(required=True, attribute="export.dry_run")
    slug = fields.String(required=True, allow_none=True, attribute="export.slug")
    apps = fields.List(fields.String(), required=True, attribute="order.apps")
    progress = fields.Nested(ExportProgressOut, required=True)
    draft_id = fields.String(required=True, allow_none=True, attribute="export.draft_id")
    error = fields.Nested(FailureOut, required=True, allow_none=True, attribute="failure")
    created_at = fields.AwareDateTime(required=True, attribute="export.created_at")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, attribute="export.finished_at")


class ExportOut(ExportSummaryOut):
    """One export with its report."""

    report = fields.Nested(ReportOut, required=True, allow_none=True)


class ExportListOut(Schema):
    """The latest exports of a workspace, newest first."""

    items = fields.List(fields.Nested(ExportSummaryOut), required=True)


@bp.get("/workspaces/<workspace_id>/apps")
@operation(
    Text("テンプレートにできるアプリの一覧", "List the apps of a workspace that can become a template"),
    query=ChoicesQuery(),
    answer=AppChoicesOut(),
    refusals=(409,),
)
def list_apps(workspace_id: str, query: dict[str, Any]) -> Result:
    return Result(list_choices(context(), workspace_id, query))


@bp.post("/workspaces/<workspace_id>/exports")
@operation(
    Text(
        "アプリをテンプレートの下書きにする（dry_run は下調べだけ）",
        "Make a draft of apps (dry_run: a survey only)",
    ),
    body=ExportInput(),
    answer=ExportOut(),
    status=202,
    creates=True,
)
def start_export(workspace_id: str, data: Any) -> Result:
    ctx = context()
    started = services.start_export(ctx, workspace_id, data)
    return Result(queries.get_export(ctx, started.id), {"Location": f"/api/v1/exports/{started.id}"})


@bp.get("/workspaces/<workspace_id>/exports")
@operation(Text("書き出しの一覧", "List a workspace's exports"), answer=ExportListOut())
def list_exports(workspace_id: str) -> Result:
    return Result({"items": queries.list_exports(context(), workspace_id)})


@bp.get("/exports/<export_id>")
@operation(Text("書き出しの進み具合と報告", "Read an export: its progress and its report"), answer=ExportOut())
def get_export(export_id: str) -> Result:
    return Result(queries.get_export(context(), export_id))


@bp.post("/exports/<export_id>/cancellation")
@operation(Text("書き出しをやめる", "Cancel an export"), answer=ExportOut(), refusals=(409,))
def cancel_export(export_id: str) -> Result:
    services.cancel_export(context(), export_id)
    return Result(queries.get_export(context(), export_id))


@bp.post("/exports/<export_id>/retry")
@operation(
    Text("失敗した書き出しをやり直す", "Try a failed export again"), answer=ExportOut(), status=202, refusals=(409,)
)
def retry_export(export_id: str) -> Result:
    services.retry_export(context(), export_id)
    return Result(queries.get_export(context(), export_id))
