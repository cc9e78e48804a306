"""Switches the language of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request

from marketplace.edge.context import LANGUAGE_COOKIE
from marketplace.kernel.text import Language
from marketplace.web.local_paths import local_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_language", __name__)
ONE_YEAR = timedelta(days=365)


@pages.get("/language")
def switch() -> ResponseReturnValue:
    """Remember the language in a cookie and go back to where the reader was."""
    response = redirect(local_path(request.args.get("next")), 303)
    wanted = request.args.get("to")
    if wanted in set(Language):
        response.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response
