"""Who may use and manage workspaces and tokens."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.errors import NotFoundError
from marketplace.workspaces.errors import ScopeNotHeldError, WorkspaceNotFoundError
from marketplace.workspaces.models import Workspace


def require_access(actor: Actor, workspace: Workspace, permission: Permission) -> None:
    """Refuse a stranger as if the workspace did not exist, and a token that is bound to another workspace likewise."""
    try:
        actor.require(permission, workspace.municipality_code)
    except NotFoundError as error:
        raise WorkspaceNotFoundError from error
    if actor.workspace_id not in {None, workspace.id}:
        raise WorkspaceNotFoundError


def require_workspace_maker(actor: Actor) -> str:
    """Return the municipality for which the caller may make workspaces; a bound token makes none."""
    return actor.whole_municipality(Permission.WORKSPACES_MANAGE)


def require_token_manager(actor: Actor) -> str:
    """Return the municipality whose tokens the caller manages; a bound token manages none."""
    return actor.whole_municipality(Permission.TOKENS_MANAGE)


def require_scopes_held(actor: Actor, scopes: frozenset[Permission]) -> None:
    """Refuse to hand on permissions the caller does not have. Raises ScopeNotHeldError."""
    missing = sorted(scope.value for scope in scopes - actor.permissions)
    if missing:
        raise ScopeNotHeldError(needs=", ".join(missing))
