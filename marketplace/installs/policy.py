"""Who may plan and start imports, and who may watch them."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.errors import NotFoundError


def require_installer(actor: Actor, *, municipality_code: str, workspace_id: str) -> None:
    """Refuse an actor who may not install into a workspace; a token bound to another workspace learns nothing of it."""
    actor.require(Permission.INSTALLS_WRITE, municipality_code)
    _require_bound(actor, workspace_id)


def require_watcher(actor: Actor, *, municipality_code: str, workspace_id: str) -> None:
    """Refuse an actor who may neither read nor install in a workspace."""
    if not actor.may(Permission.INSTALLS_WRITE, municipality_code):
        actor.require(Permission.WORKSPACES_READ, municipality_code)
    _require_bound(actor, workspace_id)


def _require_bound(actor: Actor, workspace_id: str) -> None:
    if actor.workspace_id is not None and actor.workspace_id != workspace_id:
        raise NotFoundError
