"""Who may read the audit log."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission


def require_auditor(actor: Actor) -> str:
    """Return the municipality whose log the caller may read: administrators read their own, nobody reads others'."""
    return actor.own_municipality(Permission.MEMBERS_MANAGE)
