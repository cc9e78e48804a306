"""The context of the request under way."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, has_request_context, request

from marketplace.edge.app import MarketplaceApp
from marketplace.edge.observing import current_reference
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language

LANGUAGE_COOKIE = "language"
LANGUAGE_PARAMETER = "lang"


def marketplace_app() -> MarketplaceApp:
    """Return the application that serves this request."""
    return cast("MarketplaceApp", current_app)


def context() -> Context:
    """Return the context that this request's services receive."""
    app = marketplace_app()
    return Context(
        session=g.session,
        actor=g.actor,
        now=app.now,
        after_commit=g.after_commit,
        ports=app.ports,
        language=language(),
    )


def language() -> Language:
    """Return the language to answer in: the page's choice, else Accept-Language, else Japanese."""
    if not has_request_context():
        return Language.JA
    if "language" not in g:  # A page asks for each of its sentences.
        g.language = _choose_language()
    chosen: Language = g.language
    return chosen


def _choose_language() -> Language:
    chosen = request.args.get(LANGUAGE_PARAMETER) or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    return Language(request.accept_languages.best_match(list(Language), default=Language.JA))


def is_read_only() -> bool:
    """Tell whether nothing may be changed for a while."""
    return marketplace_app().sessions.read_only


def reference() -> str:
    """Return what people may name when they ask about this request: the proxy's id of it, or one made now."""
    if "reference" not in g:
        g.reference = current_reference()
    chosen: str = g.reference
    return chosen


def caller_address() -> str:
    """Return the address the request came from."""
    return request.remote_addr or ""
