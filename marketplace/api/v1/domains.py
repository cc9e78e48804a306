"""Workspaces that are a kintone domain: their connection, its credentials, and whether it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import TextOut
from marketplace.edge.context import context
from marketplace.installs.reconnecting import replace_credentials as replace
from marketplace.kernel.text import Text
from marketplace.workspaces.domains import services
from marketplace.workspaces.domains.checking import Check, Item, Outcome, check_connection, last_check
from marketplace.workspaces.domains.inputs import ConnectionInput, CredentialsInput
from marketplace.workspaces.domains.models import Connection


class CheckFindingOut(Schema):
    """What a check found out about one item."""

    item = fields.Enum(Item, by_value=True, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    text = fields.Nested(TextOut, required=True)
    remedy = fields.Nested(TextOut, required=True, allow_none=True)
    code = fields.String(required=True)


class CheckOut(Schema):
    """Whether a connection works, and what its account may do."""

    works = fields.Boolean(required=True)
    checked_at = fields.AwareDateTime(required=True)
    app_count = fields.Integer(required=True, allow_none=True)
    findings = fields.List(fields.Nested(CheckFindingOut), required=True)


class LastCheck(fields.Nested):
    """The check that a connection keeps."""

    def get_value(
        self,
        obj: Connection,
        attr: str,  # noqa: ARG002 - marshmallow's interface
        accessor: Callable[[Any, str, Any], Any] | None = None,  # noqa: ARG002 - marshmallow's interface
        default: Any = None,  # noqa: ARG002 - marshmallow's interface
    ) -> Check | None:
        """Read it."""
        return last_check(obj)


class ConnectionOut(Schema):
    """How a kintone domain is reached; passwords are never given out."""

    address = fields.String(required=True)
    guest_space = fields.String(required=True, allow_none=True)
    login = fields.String(required=True)
    gate_user = fields.String(required=True, allow_none=True)
    rotated_at = fields.AwareDateTime(required=True)
    rotate_by = fields.AwareDateTime(required=True)
    last_check = LastCheck(CheckOut, required=True, allow_none=True)


@bp.put("/workspaces/<workspace_id>/connection")
@operation(
    Text("kintoneドメインの接続先を変える", "Change where a workspace's kintone is"),
    body=ConnectionInput(),
    answer=ConnectionOut(),
    refusals=(409,),
)
def change_connection(workspace_id: str, data: dict[str, object]) -> Result:
    return Result(services.change_connection(context(), workspace_id, data))


@bp.put("/workspaces/<workspace_id>/credentials")
@operation(
    Text("接続用アカウントを入れ替える", "Replace the account of a workspace's kintone"),
    body=CredentialsInput(),
    answer=ConnectionOut(),
    refusals=(409,),
)
def replace_credentials(workspace_id: str, data: dict[str, object]) -> Result:
    return Result(replace(context(), workspace_id, data))


@bp.post("/workspaces/<workspace_id>/check")
@operation(
    Text("kintoneドメインへの接続を確かめる", "Check the connection to a workspace's kintone"),
    answer=CheckOut(),
    refusals=(409,),
)
def check_workspace(workspace_id: str) -> Result:
    return Result(check_connection(context(), workspace_id))
