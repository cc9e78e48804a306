"""What those who manage a workspace do with its users, groups and organisations; every act is in the audit log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.audit import services as audit
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.sandbox.models import Principal, PrincipalKind, SiteUser
from marketplace.sandbox.people import services as people
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.people.inputs import PrincipalChangeInput, PrincipalInput, UserChangeInput, UserInput
from marketplace.workspaces.queries import get_builtin_workspace


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A user with a new password, which is shown this once and kept only as a hash."""

    user: SiteUser
    password: str


def add_user(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> NewPassword:
    """Add a login of the workspace with a password. Raises ValidationError or PeopleCodeTakenError."""
    workspace = managed_workspace(ctx, workspace_id)
    given: dict[str, Any] = UserInput().load(dict(data))
    user = people.add_user(ctx.session, workspace.id, given["code"], given["name"], is_admin=given["is_admin"])
    password = people.renew_password(ctx.session, workspace.id, user.code)
    _note(ctx, workspace, "workspace.user-added", user=user.code, name=user.name, is_admin=user.is_admin)
    return NewPassword(user, password)


def change_user(ctx: Context, workspace_id: str, code: str, data: Mapping[str, object]) -> SiteUser:
    """Rename a user and set their rank. Raises ValidationError, SiteUserNotFoundError or BuiltInUserError."""
    workspace = managed_workspace(ctx, workspace_id)
    given: dict[str, Any] = UserChangeInput().load(dict(data))
    user = people.change_user(ctx.session, workspace.id, code, name=given["name"], is_admin=given["is_admin"])
    _note(ctx, workspace, "workspace.user-changed", user=user.code, name=user.name, is_admin=user.is_admin)
    return user


def renew_password(ctx: Context, workspace_id: str, code: str) -> NewPassword:
    """Replace a user's password; the old one stops at once. Raises SiteUserNotFoundError or BuiltInUserError."""
    workspace = managed_workspace(ctx, workspace_id)
    password = people.renew_password(ctx.session, workspace.id, code)
    _note(ctx, workspace, "workspace.user-password-reset", user=code)
    return NewPassword(people.changeable_user(ctx.session, workspace.id, code), password)


def disable_user(ctx: Context, workspace_id: str, code: str) -> None:
    """Keep a user out. Raises SiteUserNotFoundError or BuiltInUserError."""
    workspace = managed_workspace(ctx, workspace_id)
    people.disable_user(ctx.session, workspace.id, code, ctx.now())
    _note(ctx, workspace, "workspace.user-disabled", user=code)


def enable_user(ctx: Context, workspace_id: str, code: str) -> None:
    """Let a user in again. Raises SiteUserNotFoundError or BuiltInUserError."""
    workspace = managed_workspace(ctx, workspace_id)
    people.enable_user(ctx.session, workspace.id, code)
    _note(ctx, workspace, "workspace.user-enabled", user=code)


def set_standing(
    ctx: Context,
    workspace_id: str,
    code: str,
    *,
    groups: Collection[str],
    organizations: Collection[str],
    primary: str | None,
) -> None:
    """Replace what a user belongs to; raises what people.set_standing raises."""
    workspace = managed_workspace(ctx, workspace_id)
    people.set_standing(
        ctx.session, workspace.id, code, groups=groups, organizations=organizations, primary=primary or None
    )
    facts = {"groups": sorted(groups), "organizations": sorted(organizations), "primary": primary or None}
    _note(ctx, workspace, "workspace.user-memberships-set", user=code, **facts)


def add_principal(ctx: Context, workspace_id: str, kind: PrincipalKind, data: Mapping[str, object]) -> Principal:
    """Add a group or an organisation. Raises ValidationError, PeopleCodeTakenError or PrincipalNotFoundError."""
    workspace = managed_workspace(ctx, workspace_id)
    given: dict[str, Any] = PrincipalInput().load(dict(data))
    if kind is PrincipalKind.GROUP:
        made = people.add_group(ctx.session, workspace.id, given["code"], given["name"])
    else:
        made = people.add_organization(ctx.session, workspace.id, given["code"], given["name"], given["parent"] or None)
    _note(ctx, workspace, _act(kind, "added"), code=made.code, name=made.name, parent=made.parent_code)
    return made


def change_principal(
    ctx: Context, workspace_id: str, kind: PrincipalKind, code: str, data: Mapping[str, object]
) -> Principal:
    """Rename a group or an organisation, and move the latter.

    Raises ValidationError, PrincipalNotFoundError, BuiltInGroupError or OrganizationLoopError.
    """
    workspace = managed_workspace(ctx, workspace_id)
    given: dict[str, Any] = PrincipalChangeInput().load(dict(data))
    changed = people.rename_principal(ctx.session, workspace.id, kind, code, given["name"])
    if kind is PrincipalKind.ORGANIZATION:
        people.move_organization(ctx.session, workspace.id, code, given["parent"] or None)
    _note(ctx, workspace, _act(kind, "changed"), code=code, name=changed.name, parent=changed.parent_code)
    return changed


def set_members(ctx: Context, workspace_id: str, kind: PrincipalKind, code: str, user_codes: Collection[str]) -> None:
    """Replace whom a group or an organisation holds; raises what people.set_members raises."""
    workspace = managed_workspace(ctx, workspace_id)
    people.set_members(ctx.session, workspace.id, kind, code, user_codes)
    _note(ctx, workspace, _act(kind, "members-set"), code=code, users=sorted(set(user_codes)))


def managed_workspace(ctx: Context, workspace_id: str) -> Workspace:
    """Return a workspace that the caller manages. Raises WorkspaceNotFoundError or ForbiddenError."""
    return get_builtin_workspace(ctx, workspace_id, Permission.WORKSPACES_MANAGE)


def _act(kind: PrincipalKind, done: str) -> str:
    return f"workspace.{kind.value.lower()}-{done}"


def _note(ctx: Context, workspace: Workspace, act: str, **facts: object) -> None:
    audit.record(ctx, act, f"workspace:{workspace.id}", municipality_code=workspace.municipality_code, **facts)
