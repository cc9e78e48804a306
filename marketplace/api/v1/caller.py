"""Whose token it is, and what it may do."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.receipts import PartyOut
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.municipalities.queries import get_municipality


class CallerOut(Schema):
    """A token as its bearer may see it."""

    name = fields.String(required=True)
    municipality = fields.Nested(PartyOut, required=True, allow_none=True)
    permissions = fields.List(fields.String(), required=True)
    workspace_id = fields.String(required=True, allow_none=True)


@bp.get("/caller")
@operation(Text("このトークンの団体と権限", "Read whose token this is and what it may do"), answer=CallerOut())
def get_caller() -> Result:
    ctx = context()
    actor, code = ctx.actor, ctx.actor.municipality_code
    return Result(
        {
            "name": actor.name,
            "municipality": get_municipality(ctx, code) if code else None,
            "permissions": sorted(permission.value for permission in actor.permissions),
            "workspace_id": actor.workspace_id,
        }
    )
