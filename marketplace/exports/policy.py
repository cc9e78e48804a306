"""Who may read apps of a workspace to make a template of them, and who sees what came of it."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.errors import NotFoundError


def require_exporter(actor: Actor, *, municipality_code: str, workspace_id: str) -> None:
    """Refuse an actor who may not publish, or may not see the workspace; a token bound elsewhere learns nothing of it.

    Raises UnauthenticatedError, NotFoundError (another municipality or workspace) or ForbiddenError.
    """
    actor.require(Permission.TEMPLATES_PUBLISH, municipality_code)
    actor.require(Permission.WORKSPACES_READ, municipality_code)
    if actor.workspace_id not in {None, workspace_id}:
        raise NotFoundError
