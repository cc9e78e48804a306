"""Who may see and change members."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission


def require_member(actor: Actor, municipality_code: str) -> None:
    """Refuse whoever does not act for the municipality: the names of its staff are its own business."""
    actor.require(Permission.WORKSPACES_READ, municipality_code)


def require_member_manager(actor: Actor, municipality_code: str) -> None:
    """Refuse whoever may not decide about members."""
    actor.require(Permission.MEMBERS_MANAGE, municipality_code)


def require_may_remove(actor: Actor, municipality_code: str, person_id: str) -> None:
    """Let people leave by themselves; for anybody else the right to manage members is needed."""
    if actor.person_id == person_id and actor.municipality_code == municipality_code:
        return
    require_member_manager(actor, municipality_code)
