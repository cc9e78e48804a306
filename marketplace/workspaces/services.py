"""Makes workspaces and renews their passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from marketplace.audit import services as audit
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_secret
from marketplace.sandbox import sites
from marketplace.workspaces.domains import services as domains
from marketplace.workspaces.domains.inputs import domain_address
from marketplace.workspaces.errors import WorkspaceLimitError
from marketplace.workspaces.inputs import WorkspaceInput
from marketplace.workspaces.models import CLOSED_NETWORK, KINTONE, Workspace
from marketplace.workspaces.people.members import add_members
from marketplace.workspaces.policy import require_workspace_maker
from marketplace.workspaces.queries import get_builtin_workspace

MAX_WORKSPACES = 50


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """A workspace with its login; the password is shown this once and kept only as a hash."""

    workspace: Workspace
    user: str | None
    """None for a kintone in a closed network."""
    password: str | None
    """None for any kintone but a built-in one: whoever connected it knows the password."""


def create_workspace(ctx: Context, data: Mapping[str, object]) -> NewWorkspace:
    """Make a built-in workspace with an administrator and the municipality's members as users, or connect a kintone.

    A kintone in a closed network is only noted.

    Raises ValidationError or WorkspaceLimitError.
    """
    code = require_workspace_maker(ctx.actor)
    given: dict[str, Any] = WorkspaceInput().load(dict(data))
    _require_room(ctx, code)
    workspace = Workspace(municipality_code=code, name=given["name"], kind=given["kind"], created_at=ctx.now())
    ctx.session.add(workspace)
    ctx.session.flush()  # The site or the connection takes the workspace's id.
    if workspace.kind == KINTONE:
        connection = domains.connect(ctx, workspace, given)
        return NewWorkspace(workspace, connection.login, None)
    if workspace.kind == CLOSED_NETWORK:
        return _place(ctx, workspace, given)
    return _furnish(ctx, workspace)


def _place(ctx: Context, workspace: Workspace, given: Mapping[str, Any]) -> NewWorkspace:
    """Note where the kintone of a closed network is; who signs in there is none of our business."""
    workspace.address = domain_address(given["address"], ctx.ports.domains)
    workspace.guest_space = given.get("guest_space") or None
    facts = {"name": workspace.name, "address": workspace.address, "guest_space": workspace.guest_space}
    audit.record(ctx, "workspace.created", f"workspace:{workspace.id}", kind=workspace.kind, **facts)
    return NewWorkspace(workspace, None, None)


def _furnish(ctx: Context, workspace: Workspace) -> NewWorkspace:
    """Give a built-in workspace its inside."""
    sites.create_site(ctx.session, workspace.id, workspace.name, ctx.now(), limits=ctx.ports.limits)
    add_members(ctx, workspace)
    password = _renew_password(ctx, workspace)
    audit.record(ctx, "workspace.created", f"workspace:{workspace.id}", name=workspace.name)
    return NewWorkspace(workspace, sites.ADMINISTRATOR, password)


def reset_password(ctx: Context, workspace_id: str) -> NewWorkspace:
    """Replace the administrator's password; the old one stops at once."""
    workspace = get_builtin_workspace(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    password = _renew_password(ctx, workspace)
    audit.record(
        ctx, "workspace.password-reset", f"workspace:{workspace.id}", municipality_code=workspace.municipality_code
    )
    return NewWorkspace(workspace, sites.ADMINISTRATOR, password)


def _renew_password(ctx: Context, workspace: Workspace) -> str:
    password = new_secret()
    sites.add_user(ctx.session, workspace.id, sites.ADMINISTRATOR, sites.ADMINISTRATOR, password, is_admin=True)
    return password


def _require_room(ctx: Context, code: str) -> None:
    there = ctx.session.scalar(
        select(func.count())
        .select_from(Workspace)
        .where(Workspace.municipality_code == code, Workspace.closed_at.is_(None))
    )
    if (there or 0) >= MAX_WORKSPACES:
        raise WorkspaceLimitError(maximum=MAX_WORKSPACES)
