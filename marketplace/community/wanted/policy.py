"""Who may write into the wanted list: those who may review."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, Permission


def require_writer(actor: Actor) -> str:
    """Return the municipality the caller writes for. Raises UnauthenticatedError or ForbiddenError."""
    return actor.whole_municipality(Permission.REVIEWS_WRITE)


def may_write(actor: Actor) -> bool:
    """Tell whether the buttons are worth showing; the services decide again."""
    code = actor.municipality_code
    return code is not None and actor.workspace_id is None and actor.may(Permission.REVIEWS_WRITE, code)


def require_owner(actor: Actor, municipality_code: str) -> None:
    """Refuse whoever does not act for the municipality that wants the app.

    Raises UnauthenticatedError, ForbiddenError, or NotFoundError for another municipality.
    """
    require_writer(actor)
    actor.require(Permission.REVIEWS_WRITE, municipality_code)
