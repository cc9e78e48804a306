"""Who may see what a municipality holds as a whole."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError


def require_insider(actor: Actor) -> str:
    """Return the municipality whose overview the caller may see. Raises UnauthenticatedError or ForbiddenError."""
    return actor.whole_municipality(Permission.WORKSPACES_READ)


def require_keeper(actor: Actor) -> str:
    """Return the municipality whose data as a whole the caller may take out or hand on: administrators, in person.

    Raises UnauthenticatedError or ForbiddenError.
    """
    code = actor.whole_municipality(Permission.MEMBERS_MANAGE)
    if actor.kind is not ActorKind.PERSON:
        raise ForbiddenError(needs=Permission.MEMBERS_MANAGE.value)
    return code
