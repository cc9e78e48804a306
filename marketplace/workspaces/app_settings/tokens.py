"""The API tokens of an app: listing, issuing, deleting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.sandbox import tokens
from marketplace.sandbox.apps import lock_app
from marketplace.sandbox.models import AppToken
from marketplace.workspaces.app_settings.access import ManagedApp, open_app
from marketplace.workspaces.app_settings.errors import AppTokenLimitError, AppTokenNotFoundError
from marketplace.workspaces.app_settings.inputs import AppTokenInput

MOST_TOKENS = 20


def list_app_tokens(managed: ManagedApp) -> list[AppToken]:
    """Return the API tokens of an app, oldest first."""
    wanted = select(AppToken).where(AppToken.app_pk == managed.app.pk).order_by(AppToken.created_at, AppToken.id)
    return list(managed.ctx.session.scalars(wanted))


def issue_app_token(ctx: Context, workspace_id: str, app_id: int, data: Mapping[str, object]) -> str:
    """Issue an API token and return its secret, which is shown this once.

    Raises ValidationError or AppTokenLimitError.
    """
    managed = open_app(ctx, workspace_id, app_id)
    given: dict[str, Any] = AppTokenInput().load(dict(data))
    lock_app(ctx.session, managed.app)
    if len(list_app_tokens(managed)) >= MOST_TOKENS:
        raise AppTokenLimitError(maximum=MOST_TOKENS)
    issued = tokens.make_app_token(ctx.session, managed.app, given["permissions"], ctx.now(), name=given["name"])
    facts = {"name": issued.token.name, "permissions": issued.token.permissions}
    managed.log("app-token.issued", f"app-token:{issued.token.id}", **facts)
    return issued.secret


def delete_app_token(ctx: Context, workspace_id: str, app_id: int, token_id: str) -> None:
    """Delete an API token; programs that carry it are refused at once. Raises AppTokenNotFoundError."""
    managed = open_app(ctx, workspace_id, app_id)
    wanted = select(AppToken).where(AppToken.id == token_id, AppToken.app_pk == managed.app.pk)
    token = ctx.session.scalar(wanted) if token_id.isprintable() else None
    if token is None:
        raise AppTokenNotFoundError
    ctx.session.delete(token)
    ctx.session.flush()
    managed.log("app-token.deleted", f"app-token:{token.id}", name=token.name)
