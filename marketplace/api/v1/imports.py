"""Installing a template into a workspace: the plan, the run, its progress."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.shapes import TextOut


class ReasonOut(Schema):
    """Why an import failed, and what to do."""

    title = fields.Nested(TextOut)
    remedy = fields.Nested(TextOut)


class StepOut(Schema):
    """One step of an import, as its journal tells."""

    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    app = fields.String(allow_none=True, attribute="app_key")
    label = fields.Nested(TextOut, required=True)
    state = fields.String(required=True, metadata={"enum": ["pending", "running", "done", "failed"]})
    attempts = fields.Integer(required=True)
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)


class ProgressOut(Schema):
    """How many steps are done."""

    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


class ImportOut(Schema):
    """One run of installing a template."""

    id = fields.String(required=True)
    workspace_id = fields.String(required=True)
    template = fields.String(required=True)
    version = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["queued", "running", "succeeded", "failed", "cancelled"]})
    progress = fields.Nested(ProgressOut, required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    app_ids = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    installation_id = fields.String(allow_none=True)
    error = fields.Nested(ReasonOut, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(allow_none=True)
