"""The municipalities as anybody may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.community.directory import list_directory
from marketplace.community.profile import get_profile
from marketplace.edge.context import context, language
from marketplace.edge.public_answers import public
from marketplace.web.directory_list import read_filter, show_directory
from marketplace.web.profile_page import show_profile

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_directory", __name__)


@pages.get("/municipalities")
@public
def index() -> ResponseReturnValue:
    """List, search and filter."""
    found = list_directory(context(), read_filter(request.args))
    return render_template("municipalities/list.html", listing=show_directory(found, request.args, language()))


@pages.get("/municipalities/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """Show one municipality."""
    profile = get_profile(context(), code, request.args.get("reviews") or None)
    return render_template("municipalities/show.html", page=show_profile(profile, language()))
