"""Who may publish, and whose drafts a caller may see."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission


def require_publisher(actor: Actor) -> str:
    """Return the municipality the caller publishes for. Raises UnauthenticatedError or ForbiddenError."""
    return actor.whole_municipality(Permission.TEMPLATES_PUBLISH)


def require_publisher_of(actor: Actor, publisher_code: str) -> None:
    """Refuse a caller who may not publish for this municipality.

    Raises UnauthenticatedError, NotFoundError (another municipality) or ForbiddenError.
    """
    actor.require(Permission.TEMPLATES_PUBLISH, publisher_code)
