"""Switches the language of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request

from marketplace.accounts.services import choose_language
from marketplace.edge.app import writes_when
from marketplace.edge.context import LANGUAGE_COOKIE, context, is_read_only
from marketplace.edge.signin import holds_session, visitor
from marketplace.kernel.text import Language
from marketplace.web.local_paths import local_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

pages = Blueprint("web_language", __name__)
ONE_YEAR = timedelta(days=365)


def _is_kept() -> bool:
    """Tell whether the choice is kept with an account, too."""
    return holds_session() and not is_read_only()


@pages.get("/language")
@writes_when(_is_kept)
def switch() -> ResponseReturnValue:
    """Remember the language, in the browser and with the account, and go back to where the reader was."""
    wanted = request.args.get("to", "")
    if wanted in set(Language) and visitor() is not None and _is_kept():
        choose_language(context(), Language(wanted))
    return follow_choice(redirect(local_path(request.args.get("next")), 303), wanted)


def follow_choice(response: Response, wanted: str) -> Response:
    """Let this browser show a language that was chosen; what is none changes nothing."""
    if wanted in set(Language):
        response.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response
