"""Installing a template into a workspace: the plan, the run, its progress."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.plans import PlanOut, TargetOut
from marketplace.api.v1.shapes import SameObject, TextOut, name_of
from marketplace.edge.context import context
from marketplace.installs import queries, services
from marketplace.installs.inputs import ImportInput, RetryInput
from marketplace.installs.models import ImportMode
from marketplace.installs.plan import make_plan
from marketplace.installs.survey.looking import survey_plan
from marketplace.kernel.text import Text


class FailureOut(Schema):
    """Why an import failed, and what to do."""

    reason = fields.Nested(TextOut, required=True)
    remedy = fields.Nested(TextOut, required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class StepOut(Schema):
    """One step of an import, as its journal tells."""

    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    app = fields.String(required=True, allow_none=True, attribute="app_key")
    label = fields.Nested(TextOut, required=True)
    state = fields.String(required=True, metadata={"enum": ["pending", "running", "done", "failed"]})
    attempts = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class ProgressOut(Schema):
    """How many steps are done."""

    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


class LocalListOut(Schema):
    """The options that were asked for instead of the template's."""

    app = fields.String(required=True)
    field = fields.String(required=True)
    options = fields.List(fields.String(), required=True)


class ImportSummaryOut(Schema):
    """One run of installing a template, in a list."""

    id = fields.String(required=True, attribute="import_.id")
    workspace_id = fields.String(required=True, attribute="import_.workspace_id")
    template = fields.Function(lambda view: name_of(view.template), required=True, metadata={"type": "string"})
    version = fields.String(required=True, attribute="version.number")
    state = fields.String(
        required=True,
        attribute="import_.state",
        metadata={"enum": ["queued", "running", "succeeded", "failed", "cancelled"]},
    )
    mode = fields.String(
        required=True, attribute="import_.mode", metadata={"enum": [mode.value for mode in ImportMode]}
    )
    progress = SameObject(ProgressOut, required=True)
    installation_id = fields.String(required=True, allow_none=True, attribute="import_.installation_id")
    error = fields.Nested(FailureOut, required=True, allow_none=True, attribute="failure")
    not_before = fields.AwareDateTime(required=True, allow_none=True, attribute="import_.not_before")
    waiting_for = fields.Nested(FailureOut, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True, attribute="import_.created_at")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, attribute="import_.finished_at")


class ImportOut(ImportSummaryOut):
    """One run of installing a template: every step, and the apps made so far."""

    app_ids = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    continues = fields.String(required=True, allow_none=True)
    target = fields.Nested(TargetOut, required=True, allow_none=True)
    app_names = fields.Dict(keys=fields.String(), values=fields.String(), required=True, attribute="import_.app_names")
    localise = fields.List(fields.Nested(LocalListOut), required=True, attribute="import_.localise")
    steps = fields.List(fields.Nested(StepOut), required=True)


class ImportListOut(Schema):
    """The imports of a workspace, newest first."""

    items = fields.List(fields.Nested(ImportSummaryOut), required=True)


path = "/workspaces/<workspace_id>/imports"


@bp.post(path)
@operation(
    Text("テンプレートを導入する（dry_run は計画だけ）", "Install a template (dry_run: the plan only, status 200)"),
    body=ImportInput(),
    answer=ImportOut(),
    status=202,
    instead={200: PlanOut()},
    creates=True,
)
def start_import(workspace_id: str, data: Any) -> Result:
    ctx = context()
    if ImportInput().load(data).dry_run:
        return Result(survey_plan(ctx, make_plan(ctx, workspace_id, data)), status=200)
    started = services.start_import(ctx, workspace_id, data)
    return Result(queries.get_import(ctx, started.id), {"Location": f"/api/v1/imports/{started.id}"})


@bp.get(path)
@operation(Text("導入処理の一覧", "List a workspace's imports"), answer=ImportListOut())
def list_imports(workspace_id: str) -> Result:
    return Result({"items": queries.list_imports(context(), workspace_id)})


@bp.get("/imports/<import_id>")
@operation(Text("導入処理の手順と進み具合", "Read an import: every step and its progress"), answer=ImportOut())
def get_import(import_id: str) -> Result:
    return Result(queries.get_import(context(), import_id))


@bp.post("/imports/<import_id>/cancellation")
@operation(Text("導入処理をやめる", "Cancel an import"), answer=ImportOut(), refusals=(409,))
def cancel_import(import_id: str) -> Result:
    services.cancel_import(context(), import_id)
    return Result(queries.get_import(context(), import_id))


@bp.post("/imports/<import_id>/retry")
@operation(
    Text("止まった導入処理を再開する", "Resume a failed import"),
    body=RetryInput(),
    answer=ImportOut(),
    status=202,
    refusals=(409,),
)
def retry_import(import_id: str, data: dict[str, Any]) -> Result:
    resume = services.resume_over_changes if RetryInput().load(data)["accept_changes"] else services.retry_import
    resume(context(), import_id)
    return Result(queries.get_import(context(), import_id), {"Location": f"/api/v1/imports/{import_id}"})
