"""Who may review a template and tell stories of it."""

from __future__ import annotations

from marketplace.community.errors import ReviewOwnTemplateError, StoryNotFoundError
from marketplace.kernel.actor import Actor, Permission


def require_reviewer(actor: Actor, publisher_code: str) -> str:
    """Return the municipality the caller reviews for; it must not be the publisher.

    Raises UnauthenticatedError, ForbiddenError or ReviewOwnTemplateError.
    """
    municipality_code = actor.whole_municipality(Permission.REVIEWS_WRITE)
    if municipality_code == publisher_code:
        raise ReviewOwnTemplateError
    return municipality_code


def require_story_teller(actor: Actor) -> str:
    """Return the municipality the caller tells stories for. Raises UnauthenticatedError or ForbiddenError."""
    return actor.whole_municipality(Permission.REVIEWS_WRITE)


def require_story_teller_of(actor: Actor, municipality_code: str) -> None:
    """Refuse a caller who may not change the stories of this municipality.

    Raises UnauthenticatedError, StoryNotFoundError (another municipality) or ForbiddenError.
    """
    if actor.municipality_code != municipality_code:
        raise StoryNotFoundError
    actor.require(Permission.REVIEWS_WRITE, municipality_code)


def may_see_hidden(actor: Actor, municipality_code: str) -> bool:
    """Tell whether the caller sees what the operator hid: those it is of, and the operator."""
    return municipality_code == actor.municipality_code or Permission.SERVICE_OPERATE in actor.permissions


def may_tell_stories(actor: Actor, municipality_code: str | None) -> bool:
    """Tell whether the caller may write or change stories of a municipality; the service decides again."""
    return (
        municipality_code is not None
        and actor.workspace_id is None
        and actor.may(Permission.REVIEWS_WRITE, municipality_code)
    )
