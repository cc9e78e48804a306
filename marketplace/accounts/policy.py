"""Who may register and disable people."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError


def require_registrar(actor: Actor) -> None:
    """Refuse all but the system and those who manage members: they register the colleagues they add."""
    if actor.kind is not ActorKind.SYSTEM:
        actor.own_municipality(Permission.MEMBERS_MANAGE)


def require_self(actor: Actor) -> str:
    """Return the id of the signed-in person; a token has no account of its own."""
    if actor.person_id is None:
        raise UnauthenticatedError
    return actor.person_id


def require_self_or_system(actor: Actor, person_id: str) -> None:
    """Refuse all but the system and the person themselves: another municipality may count on a colleague's account."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if require_self(actor) != person_id:
        raise ForbiddenError(needs="system")


def require_operator(actor: Actor) -> None:
    """Refuse all but the system and, in person, those who administer the operator of the service."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is ActorKind.TOKEN:
        raise ForbiddenError(needs=Permission.SERVICE_OPERATE.value)
    actor.own_municipality(Permission.SERVICE_OPERATE)


def require_system(actor: Actor) -> None:
    """Refuse all but the service itself."""
    if actor.kind is not ActorKind.SYSTEM:
        raise ForbiddenError(needs="system")
