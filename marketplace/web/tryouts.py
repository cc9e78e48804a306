"""Trying a template out: the start, and the page that waits for the apps and then leads to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template

from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.tryouts import queries, services
from marketplace.web.install_pages import ImportPage, show_import
from marketplace.web.tryout_cookie import hand_over, held_tryout, tryout_address
from marketplace.workspaces.errors import WorkspaceNotFoundError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_tryouts", __name__)
STATES = {
    "running": Text("アプリを用意しています", "The apps are being made"),
    "succeeded": Text("用意ができました", "Ready"),
}
"""What visitors read in place of the words for an installation."""


@pages.post("/templates/<publisher>/<slug>/try")
def start(publisher: str, slug: str) -> ResponseReturnValue:
    """Start a try-out and let this browser into it."""
    made = services.start_tryout(context(), publisher, slug)
    response = redirect(tryout_address(made.tryout.workspace_id), 303)
    hand_over(response, made)
    return response


@pages.get("/w/<workspace_id>/tryout")
def show(workspace_id: str) -> ResponseReturnValue:
    """Show how far the apps have been made, then the way into them."""
    return render_template("tryouts/show.html", page=_page(workspace_id))


@pages.get("/w/<workspace_id>/tryout/steps")
def steps(workspace_id: str) -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("installs/_steps.html", page=_page(workspace_id))


def _page(workspace_id: str) -> ImportPage:
    ctx = context()
    held = held_tryout(ctx, workspace_id)
    if held is None:
        raise WorkspaceNotFoundError
    page = show_import(queries.get_progress(ctx, held), held.workspace, language(), may_install=False)
    state_name = STATES[page.state].in_language(language()) if page.state in STATES else page.state_name
    return replace(page, address=tryout_address(workspace_id), is_tryout=True, state_name=state_name)
