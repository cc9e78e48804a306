"""Who may see and change members."""

from __future__ import annotations

from marketplace.accounts.policy import require_system
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.roles import PERMISSIONS, Role


def require_member(actor: Actor, municipality_code: str) -> None:
    """Refuse whoever does not act for the municipality: the names of its staff are its own business."""
    actor.require(Permission.WORKSPACES_READ, municipality_code)


def require_member_manager(actor: Actor, municipality_code: str) -> None:
    """Refuse whoever may not decide about members."""
    actor.require(Permission.MEMBERS_MANAGE, municipality_code)


def require_manager_of_own(actor: Actor) -> str:
    """Return the municipality about whose members the caller may decide; a token bound to a workspace can't.

    Raises UnauthenticatedError or ForbiddenError.
    """
    return actor.whole_municipality(Permission.MEMBERS_MANAGE)


def require_may_grant(actor: Actor, municipality_code: str, role: Role) -> None:
    """Refuse whoever may not give this role; those who run the service are made on its own machine only.

    A token gives no role that may do more than the token itself.
    """
    require_member_manager(actor, municipality_code)
    if actor.kind is ActorKind.TOKEN:
        missing = sorted(permission.value for permission in PERMISSIONS[role] - actor.permissions)
        if missing:
            raise ForbiddenError(needs=", ".join(missing))
    if not may_be_granted(municipality_code, role):
        require_system(actor)


def may_be_granted(municipality_code: str, role: Role) -> bool:
    """Tell whether administrators may give this role to others."""
    return role is not Role.ADMIN or municipality_code != OPERATOR_CODE


def require_may_remove(actor: Actor, municipality_code: str, person_id: str) -> None:
    """Let people leave by themselves; for anybody else the right to manage members is needed."""
    if actor.person_id == person_id and actor.municipality_code == municipality_code:
        return
    require_member_manager(actor, municipality_code)
