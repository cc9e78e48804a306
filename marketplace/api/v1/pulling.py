"""Imports that are carried out from the workspace's side: the next call, what came of it, the files to send."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.imports import ImportSummaryOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.workspaces import kintone_url
from marketplace.edge.context import context
from marketplace.installs import queries
from marketplace.installs.errors import CallUnknownError
from marketplace.installs.pulling import services
from marketplace.installs.pulling.calls import HandedCall
from marketplace.installs.pulling.inputs import MOST_REQUEST_BYTES, OutcomeInput, RunnerInput
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text
from marketplace.workspaces.queries import get_workspace

OCTETS = "application/octet-stream"


class HandedFileOut(Schema):
    """A file to be sent as the part `file` of a form; `url` is where its bytes are."""

    name = fields.String(required=True)
    content_type = fields.String(required=True)
    url = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)


class HandedCallOut(Schema):
    """A call of the kintone REST API, to be made exactly like this."""

    number = fields.Integer(required=True)
    step = fields.Integer(required=True)
    method = fields.String(required=True, metadata={"enum": ["GET", "POST", "PUT"]})
    path = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    body = fields.Dict(required=True, allow_none=True)
    file = fields.Nested(HandedFileOut, required=True, allow_none=True)
    changes = fields.Boolean(required=True)
    perform_within_seconds = fields.Integer(required=True)


class NextOut(Schema):
    """What is to be done next: the call, or nothing for some seconds, or nothing any more when the import has ended."""

    import_ = fields.Nested(ImportSummaryOut, required=True, data_key="import")
    kintone_url = fields.String(required=True)
    guest_space = fields.String(required=True, allow_none=True)
    step = fields.String(required=True, allow_none=True)
    call = fields.Nested(HandedCallOut, required=True, allow_none=True)
    wait_seconds = fields.Integer(required=True, allow_none=True)


@bp.post("/imports/<import_id>/next-call")
@operation(
    Text("次に行う呼び出しを受け取る（pull）", "Ask for the next call to make (pull)"),
    body=RunnerInput(),
    answer=NextOut(),
    refusals=(409,),
)
def ask_next_call(import_id: str, data: dict[str, object]) -> Result:
    return Result(_shown(services.next_call(context(), import_id, data)))


@bp.post("/imports/<import_id>/calls/<number>/outcome")
@operation(
    Text("呼び出しの結果を報告する（pull）", "Report what came of a call (pull)"),
    body=OutcomeInput(),
    most_bytes=MOST_REQUEST_BYTES,
    answer=NextOut(),
    refusals=(409,),
)
def report_outcome(import_id: str, number: str, data: dict[str, object]) -> Result:
    return Result(_shown(services.report_outcome(context(), import_id, _number(number), data)))


@bp.get("/imports/<import_id>/calls/<number>/file")
@operation(
    Text("呼び出しで送るファイル（pull）", "Download the file to send with a call (pull)"),
    media=OCTETS,
    refusals=(409,),
)
def download_call_file(import_id: str, number: str) -> Result:
    content, digest = services.read_file(context(), import_id, _number(number))
    return Result(lambda: content, {"ETag": f'"{digest}"', "Content-Disposition": "attachment"})


def _number(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) <= services.MOST_DIGITS):
        raise CallUnknownError
    return int(written)


def _shown(found: services.Next) -> dict[str, Any]:
    ctx = context()
    progress = queries.get_import(ctx, found.import_id)
    workspace = get_workspace(ctx, progress.import_.workspace_id, Permission.INSTALLS_WRITE)
    label = None if found.call is None else progress.steps[found.call.position].label.in_language(ctx.language)
    return {
        "import_": progress,
        "kintone_url": kintone_url(workspace),
        "guest_space": workspace.kintone_guest_space,
        "step": label,
        "call": None if found.call is None else _call(found.import_id, found.call),
        "wait_seconds": found.wait_seconds,
    }


def _call(import_id: str, found: services.NextCall) -> dict[str, Any]:
    call: HandedCall = found.call
    file = None
    if call.file is not None:
        url = f"/api/v1/imports/{import_id}/calls/{found.number}/file"
        file = {
            "name": call.file.name,
            "content_type": call.file.content_type,
            "url": url,
            "sha256": call.file.sha256,
            "size": call.file.size,
        }
    return {
        "number": found.number,
        "step": found.position,
        "method": call.method,
        "path": call.path,
        "params": call.params,
        "body": call.body,
        "file": file,
        "changes": call.changes,
        "perform_within_seconds": services.PERFORM_WITHIN_SECONDS,
    }
