"""API tokens of the caller's municipality."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.receipts import PartyOut
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.municipalities.queries import get_municipality
from marketplace.workspaces import tokens
from marketplace.workspaces.errors import TokenNotFoundError
from marketplace.workspaces.inputs import TokenInput


class TokenOut(Schema):
    """A token without its secret."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    workspace_id = fields.String(allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    last_used_at = fields.AwareDateTime(allow_none=True)


class OwnTokenOut(TokenOut):
    """The token that was shown, and the municipality it acts for."""

    municipality = fields.Nested(PartyOut, required=True)


class TokenListOut(Schema):
    """The municipality's tokens."""

    items = fields.List(fields.Nested(TokenOut), required=True)


class NewTokenOut(Schema):
    """A token with the secret that is shown this once; a repetition under the same Idempotency-Key has null there."""

    token = fields.Nested(TokenOut, required=True)
    secret = fields.String(required=True, allow_none=True)


@bp.get("/tokens")
@operation(Text("APIトークンの一覧", "List API tokens"), answer=TokenListOut())
def list_tokens() -> Result:
    return Result({"items": tokens.list_tokens(context())})


@bp.post("/tokens")
@operation(
    Text("APIトークンを発行する", "Issue an API token"),
    body=TokenInput(),
    answer=NewTokenOut(),
    status=201,
    creates=True,
    shown_once="secret",
    refusals=(409,),
)
def issue_token(data: dict[str, object]) -> Result:
    issued = tokens.issue_token(context(), data)
    return Result(issued, {"Location": f"/api/v1/tokens/{issued.token.id}"})


@bp.get("/tokens/own")
@operation(
    Text("このAPIトークンの団体と権限", "Read whose API token this is, and what it may do"), answer=OwnTokenOut()
)
def get_own_token() -> Result:
    ctx = context()
    token = tokens.get_own_token(ctx)
    shown = {name: getattr(token, name) for name in TokenOut().fields}
    return Result({**shown, "municipality": get_municipality(ctx, token.municipality_code)})


@bp.get("/tokens/<token_id>")
@operation(Text("APIトークン", "Read an API token"), answer=TokenOut())
def get_token(token_id: str) -> Result:
    for token in tokens.list_tokens(context()):
        if token.id == token_id:
            return Result(token)
    raise TokenNotFoundError


@bp.delete("/tokens/<token_id>")
@operation(Text("APIトークンを無効にする", "Revoke an API token"), status=204)
def revoke_token(token_id: str) -> Result:
    tokens.revoke_token(context(), token_id)
    return Result()
