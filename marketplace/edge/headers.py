"""Security headers, the content security policy, and the refusal of cross-site writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, request

from marketplace.edge.app import SAFE_METHODS
from marketplace.edge.cache_control import caches_are_told
from marketplace.kernel.errors import ForbiddenError
from marketplace.kernel.text import Text

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class CrossSiteError(ForbiddenError):
    """A form of another site tried to act with this browser's session."""

    code = "cross-site"
    title = Text("別のサイトからの操作は受け付けません。", "Actions sent from another site are refused.")
    remedy = Text("このサイトの画面からやり直してください。", "Start again from a page of this site.")


def register_headers(app: MarketplaceApp) -> None:
    """Guard every request and every answer."""

    @app.after_request
    def _protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        # What is addressed by its content is the same for everybody, whoever asks.
        if _is_private() and not caches_are_told("immutable", response.headers):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_private() -> bool:
    """Tell whether the answer is for this reader alone: signed in, or let in by a page (`g.is_private`)."""
    actor = g.get("actor")
    return bool(g.get("is_private")) or (actor is not None and actor.is_signed_in)


def refuse_cross_site() -> None:
    """Refuse an unsafe request that a browser says comes from another site; call it at doors that trust a cookie."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSiteError(needs="same-origin")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise CrossSiteError(needs="same-origin")
