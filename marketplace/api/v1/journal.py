"""What the journal of imports keeps beside the steps: the calls made, and the apps left behind."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import PageQuery, TextOut, name_of, page_links
from marketplace.edge.context import context
from marketplace.installs import call_history, leftovers
from marketplace.kernel.text import Text


class LeftoverAppOut(Schema):
    """An app that belongs to no installation."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    id = fields.String(required=True, attribute="app_id")


class LeftoversOut(Schema):
    """The apps that one import left behind when it stopped before its end.

    `perhaps` names apps of which nobody knows whether they were made: no answer to their creation was seen.
    """

    import_id = fields.String(required=True, attribute="import_.id")
    template = fields.Function(lambda left: name_of(left.template), required=True, metadata={"type": "string"})
    version = fields.String(required=True, attribute="version.number")
    state = fields.String(required=True, attribute="import_.state", metadata={"enum": ["failed", "cancelled"]})
    finished_at = fields.AwareDateTime(required=True, allow_none=True, attribute="import_.finished_at")
    apps = fields.List(fields.Nested(LeftoverAppOut), required=True)
    perhaps = fields.List(fields.String(), required=True)


class LeftoversListOut(Schema):
    """What imports left behind in a workspace, the latest first."""

    items = fields.List(fields.Nested(LeftoversOut), required=True)


class CallOut(Schema):
    """One call to kintone; without an answer there is no status, and the code is the service's own."""

    number = fields.Integer(required=True)
    step = fields.Integer(required=True, attribute="position")
    attempt = fields.Integer(required=True)
    method = fields.String(required=True)
    path = fields.String(required=True)
    what = fields.Nested(TextOut, required=True)
    app_id = fields.String(required=True, allow_none=True)
    status = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True)


class CallListOut(Schema):
    """The calls of an import, in the order in which they were made."""

    items = fields.List(fields.Nested(CallOut), required=True)
    next = fields.String(required=True, allow_none=True, attribute="next_cursor")


@bp.get("/imports/<import_id>/calls")
@operation(
    Text("導入処理が行ったkintone APIの呼び出し", "List the calls of an import"),
    query=PageQuery(),
    answer=CallListOut(),
)
def list_calls(import_id: str, query: dict[str, Any]) -> Result:
    page = call_history.list_calls(context(), import_id, query["cursor"], query["limit"])
    return Result(page, page_links(page.next_cursor))


@bp.get("/workspaces/<workspace_id>/leftovers")
@operation(
    Text("途中で止まった導入処理が残したアプリ", "List the apps that stopped imports left behind"),
    answer=LeftoversListOut(),
)
def list_leftovers(workspace_id: str) -> Result:
    return Result({"items": leftovers.list_leftovers(context(), workspace_id)})


@bp.post("/imports/<import_id>/leftovers/dismissal")
@operation(
    Text("残ったアプリを片付けたと記録する", "Note that the apps left behind have been dealt with"),
    answer=LeftoversOut(),
    refusals=(409,),
)
def dismiss_leftovers(import_id: str) -> Result:
    return Result(leftovers.dismiss_leftovers(context(), import_id))


@bp.delete("/imports/<import_id>/leftovers")
@operation(
    Text(
        "残ったアプリを組み込みのワークスペースから削除する",
        "Delete the apps left behind in a built-in workspace",
    ),
    answer=LeftoversOut(),
    refusals=(409,),
)
def delete_leftovers(import_id: str) -> Result:
    return Result(leftovers.delete_leftovers(context(), import_id))
