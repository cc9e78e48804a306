"""Finds the workspaces of the caller's municipality."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.workspaces.domains.errors import NotADomainError, NotBuiltInError
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.models import IN_THIS_SERVICE, TRYOUT, Workspace
from marketplace.workspaces.policy import require_access


def get_workspace(ctx: Context, workspace_id: str, permission: Permission = Permission.WORKSPACES_READ) -> Workspace:
    """Return an open workspace the caller has this permission for; try-outs are nobody's and look absent.

    Raises WorkspaceNotFoundError or ForbiddenError.
    """
    # PostgreSQL fails on a NUL inside a text, and no id has one.
    workspace = ctx.session.get(Workspace, workspace_id) if workspace_id.isprintable() else None
    if workspace is None or workspace.closed_at is not None or workspace.kind == TRYOUT:
        raise WorkspaceNotFoundError
    require_access(ctx.actor, workspace, permission)
    return workspace


def get_builtin_workspace(
    ctx: Context, workspace_id: str, permission: Permission = Permission.WORKSPACES_READ
) -> Workspace:
    """Return the same where the inside of a built-in workspace is asked for; a kintone domain has none here.

    Raises WorkspaceNotFoundError, ForbiddenError or NotBuiltInError.
    """
    workspace = get_workspace(ctx, workspace_id, permission)
    if workspace.kind not in IN_THIS_SERVICE:
        raise NotBuiltInError
    return workspace


def get_connection(ctx: Context, workspace_id: str, permission: Permission) -> Connection:
    """Return how a kintone domain is reached. Raises WorkspaceNotFoundError, ForbiddenError or NotADomainError."""
    connection = get_workspace(ctx, workspace_id, permission).connection
    if connection is None:
        raise NotADomainError
    return connection


def list_workspaces(ctx: Context) -> list[Workspace]:
    """Return the open workspaces of the caller's municipality, oldest first; a bound token sees its own only."""
    code = ctx.actor.own_municipality(Permission.WORKSPACES_READ)
    wanted = select(Workspace).where(Workspace.municipality_code == code, Workspace.closed_at.is_(None))
    if ctx.actor.workspace_id is not None:
        wanted = wanted.where(Workspace.id == ctx.actor.workspace_id)
    return list(ctx.session.scalars(wanted.order_by(Workspace.created_at, Workspace.id)))
