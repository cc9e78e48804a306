"""Who may review a template."""

from __future__ import annotations

from marketplace.community.errors import ReviewOwnTemplateError
from marketplace.kernel.actor import Actor, Permission


def require_reviewer(actor: Actor, publisher_code: str) -> str:
    """Return the municipality the caller reviews for; it must not be the publisher.

    Raises UnauthenticatedError, ForbiddenError or ReviewOwnTemplateError.
    """
    municipality_code = actor.whole_municipality(Permission.REVIEWS_WRITE)
    if municipality_code == publisher_code:
        raise ReviewOwnTemplateError
    return municipality_code
