"""How to use the service, and the bundle format for authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_help", __name__)


@pages.get("/help")
def show() -> ResponseReturnValue:
    """Explain finding, installing, rating and publishing."""
    return render_template("help/show.html")


@pages.get("/help/bundle")
def bundle() -> ResponseReturnValue:
    """Explain the files of a bundle."""
    return render_template("help/bundle.html")
