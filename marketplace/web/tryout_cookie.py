"""The cookie by which a visitor gets into their own try-out, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.edge.context import marketplace_app
from marketplace.tryouts import queries
from marketplace.web.tryout_banner import TryoutBanner

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from marketplace.kernel.context import Context
    from marketplace.tryouts.queries import HeldTryout
    from marketplace.tryouts.services import NewTryout

COOKIE = "tryout"
"""One per try-out: its path is that of the workspace, so that a browser sends it nowhere else."""


def hand_over(response: Response, made: NewTryout) -> None:
    """Give the browser the secret of a try-out."""
    response.set_cookie(
        COOKIE,
        _signer().dumps(made.secret),
        max_age=marketplace_app().ports.tryouts.minutes * 60,
        path=_place(made.tryout.workspace_id),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def held_tryout(ctx: Context, workspace_id: str) -> HeldTryout | None:
    """Return the try-out of this workspace if the browser holds its secret; the page then tells that it is one."""
    secret = _secret()
    held = None if secret is None else queries.find_held(ctx, workspace_id, secret)
    if held is not None:
        g.is_private = True
        g.tryout = TryoutBanner(held.workspace.id, tryout_address(held.workspace.id), held.expires_at)
    return held


def tryout_address(workspace_id: str) -> str:
    """Return the address of the page of a try-out."""
    return f"{_place(workspace_id)}tryout"


def _secret() -> str | None:
    """Return the secret in the cookie of this address, if it carries our signature."""
    try:
        secret = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return secret if isinstance(secret, str) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=COOKIE)


def _place(workspace_id: str) -> str:
    return f"/w/{workspace_id}/"
