"""The context of the request under way."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from flask import g, has_request_context, request
from flask.globals import app_ctx
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from marketplace.edge.app import MarketplaceApp
from marketplace.edge.observing import current_reference
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language

LANGUAGE_COOKIE = "language"
LANGUAGE_PARAMETER = "lang"


def marketplace_app() -> MarketplaceApp:
    """Return the application that serves this request."""
    return cast("MarketplaceApp", app_ctx.app)


def context() -> Context:
    """Return the context that this request's services receive."""
    app, held = marketplace_app(), app_ctx.g  # What `g` stands for: looking through `g` takes longer each time.
    return Context(
        session=held.session,
        actor=held.actor,
        now=app.now,
        after_commit=held.after_commit,
        ports=app.ports,
        language=language(),
    )


def language() -> Language:
    """Return the language to answer in: the page's choice, else Accept-Language, else Japanese."""
    if not has_request_context():
        return Language.JA
    chosen: Language | None = g.get("language")
    if chosen is None:  # A page asks for each of its sentences.
        chosen = g.language = _choose_language()
    return chosen


def _choose_language() -> Language:
    chosen = request.args.get(LANGUAGE_PARAMETER)
    if chosen in set(Language):
        return Language(chosen)
    return preferred_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def preferred_language(cookie: str | None, accepted: str) -> Language:
    """Return what somebody reads whose address names no language: by their cookie, or by what their browser says."""
    if cookie in set(Language):
        return Language(cookie)
    accept = parse_accept_header(accepted, LanguageAccept)
    return Language(accept.best_match(list(Language), default=Language.JA))


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
