"""An import on one sheet, for the papers of an official."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.plans import TargetOut
from marketplace.api.v1.shapes import TextOut, name_of
from marketplace.edge.context import context
from marketplace.installs.models import ImportMode
from marketplace.installs.receipt import make_receipt
from marketplace.kernel.text import Text


class PartyOut(Schema):
    """A municipality."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ReceiptAppOut(Schema):
    """An app that was made; its id is null until then."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    template_name = fields.String(required=True)
    id = fields.String(required=True, allow_none=True)
    fields_ = fields.Integer(required=True, attribute="field_count", data_key="fields")
    sample_records = fields.Integer(required=True)


class ReceiptPlaceholderOut(Schema):
    """A placeholder and the code it became; null where it was dropped."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.Nested(TextOut, required=True)
    code = fields.String(required=True, allow_none=True)


class ReceiptListOut(Schema):
    """A choice field that got options of its own instead of the template's."""

    app = fields.String(required=True, attribute="app_key")
    field = fields.String(required=True, attribute="field_code")
    options = fields.List(fields.String(), required=True)


class DifferenceOut(Schema):
    """One place where an app is not what the template says; values as JSON, null where there is nothing."""

    app = fields.String(required=True)
    part = fields.String(required=True)
    pointer = fields.String(required=True)
    wanted = fields.String(required=True, allow_none=True)
    found = fields.String(required=True, allow_none=True)


class UnreadOut(Schema):
    """Something that could not be read back, and so was not checked."""

    app = fields.String(required=True)
    part = fields.String(required=True)
    subject = fields.String(required=True)
    reason = fields.Nested(TextOut, required=True)


class ChangedRecordOut(Schema):
    """A record that somebody edited, added or removed after the import; that is no difference."""

    app = fields.String(required=True)
    record = fields.String(required=True)
    since = fields.String(required=True, metadata={"enum": ["edited", "added", "gone"]})


class VerificationOut(Schema):
    """What reading everything back showed."""

    result = fields.String(required=True, metadata={"enum": ["identical", "different", "incomplete"]})
    count = fields.Integer(required=True)
    differences = fields.List(fields.Nested(DifferenceOut), required=True)
    unread = fields.List(fields.Nested(UnreadOut), required=True)
    changed = fields.List(fields.Nested(ChangedRecordOut), required=True)


class ReceiptOut(Schema):
    """An import on one sheet: what came, where, by whom, and whether it is what the template says."""

    import_id = fields.String(required=True, attribute="import_.id")
    state = fields.String(
        required=True,
        attribute="import_.state",
        metadata={"enum": ["queued", "running", "succeeded", "failed", "cancelled"]},
    )
    mode = fields.String(
        required=True, attribute="import_.mode", metadata={"enum": [mode.value for mode in ImportMode]}
    )
    template = fields.Function(
        lambda receipt: name_of(receipt.progress.template), required=True, metadata={"type": "string"}
    )
    version = fields.String(required=True, attribute="progress.version.number")
    digest = fields.String(required=True, attribute="progress.version.digest")
    publisher = fields.Nested(PartyOut, required=True)
    municipality = fields.Nested(PartyOut, required=True)
    workspace_id = fields.String(required=True, attribute="import_.workspace_id")
    workspace_name = fields.String(required=True)
    started_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, attribute="import_.created_at")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, attribute="import_.finished_at")
    target = fields.Nested(TargetOut, required=True, allow_none=True)
    apps = fields.List(fields.Nested(ReceiptAppOut), required=True)
    placeholders = fields.List(fields.Nested(ReceiptPlaceholderOut), required=True)
    localise = fields.List(fields.Nested(ReceiptListOut), required=True, attribute="lists")
    sample_records = fields.Integer(required=True)
    left_behind = fields.List(fields.Nested(TextOut), required=True)
    verification = fields.Nested(VerificationOut, required=True, allow_none=True)


@bp.get("/imports/<import_id>/receipt")
@operation(Text("導入記録票", "Read the receipt of an import"), answer=ReceiptOut())
def get_receipt(import_id: str) -> Result:
    return Result(make_receipt(context(), import_id))
