"""Says of answers that are the same for every stranger that caches may keep them, and under which name.

A view has to say so of itself; of everything else nothing is kept. Nor is it of what a reader gets who sent a cookie
of a session or a token, and of whatever sets a cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from flask import current_app, request

from marketplace.edge.cache_control import caches_are_told
from marketplace.edge.entity_tags import READING, answer_unchanged, etag_of

if TYPE_CHECKING:
    from flask import Response

    from marketplace.edge.app import MarketplaceApp

View = TypeVar("View", bound=Callable[..., object])
PUBLIC = "is_public"
STALE_IF_ERROR = 600
"""Seconds for which an answer may be shown while nobody can tell whether it still holds."""
KEPT = f"public, max-age=5, s-maxage=30, stale-while-revalidate=25, stale-if-error={STALE_IF_ERROR}"
"""Browsers ask again soon; no cache in between shows what was withdrawn a minute ago."""
NOT_KEPT = "private, no-cache"


def public(view: View) -> View:
    """Mark a view whose answer is the same for every stranger who reads the same language."""
    setattr(view, PUBLIC, True)
    return view


def register_public_answers(app: MarketplaceApp) -> None:
    """Name and offer what is public; call it between `register_compression` and `register_headers`.

    So the name is that of the whole content, to which compression adds its own, and what is private is known.
    """
    app.after_request(_offer)


def settle(response: Response) -> Response:
    """Let nobody keep what sets a cookie, and answer 304 to whoever has the answer already; the last act on any."""
    if "Set-Cookie" in response.headers and caches_are_told("public", response.headers):
        response.headers["Cache-Control"] = "no-store"
    answer_unchanged(response)
    return response


def _offer(response: Response) -> Response:
    if request.method not in READING or caches_are_told("no-store", response.headers) or not _is_public_view():
        return response
    if response.status_code not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        return response
    if not caches_are_told("public", response.headers):
        response.headers["Cache-Control"] = KEPT if _is_stranger() else NOT_KEPT
    if "ETag" not in response.headers and not response.is_streamed:
        response.headers["ETag"] = etag_of(response.get_data())
    return response


def _is_public_view() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint == "static" or getattr(view, PUBLIC, False)


def _is_stranger() -> bool:
    """Tell whether the request bears nothing by which somebody might be known."""
    return "Authorization" not in request.headers and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
