"""The door of the API: a bearer token, or nobody."""

from __future__ import annotations

from flask import g, request

from marketplace.db.unit_of_work import note
from marketplace.edge.context import caller_address, marketplace_app
from marketplace.kernel.actor import ANONYMOUS, Actor
from marketplace.kernel.errors import UnauthenticatedError
from marketplace.workspaces.tokens import actor_of_token, note_use


def token_door() -> Actor:
    """Return the actor of the request's token; without one nobody in particular. Raises UnauthenticatedError."""
    header = request.headers.get("Authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise UnauthenticatedError
    actor = actor_of_token(g.session, secret.strip(), marketplace_app().now(), caller_address(), _note_later)
    if actor is None:
        raise UnauthenticatedError
    return actor


def _note_later(token_id: str) -> None:
    """Keep when the token was last used, apart from the request's own work."""
    app = marketplace_app()
    g.after_commit(lambda: note(app.sessions, lambda session: note_use(session, token_id, app.now())))
