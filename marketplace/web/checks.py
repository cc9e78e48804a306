"""Checking an installation: ask, follow, read what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.installs.checks import queries, services
from marketplace.installs.queries import get_installation
from marketplace.web.check_page import CheckPage, may_check, show_check
from marketplace.web.forms import filled, refused
from marketplace.workspaces import queries as workspaces

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_checks", __name__)


@pages.get("/installations/<installation_id>/check")
def show(installation_id: str) -> ResponseReturnValue:
    """Show how far a check has come, and what the last one showed."""
    return render_template("installs/check.html", page=_page(installation_id), form=filled())


@pages.post("/installations/<installation_id>/check")
def ask(installation_id: str) -> ResponseReturnValue:
    """Have the settings compared."""
    with attempt() as tried:
        services.check_installation(context(), installation_id)
        return redirect(f"/installations/{installation_id}/check", 303)
    form = refused(tried.error, request.form)
    return render_template("installs/check.html", page=_page(installation_id), form=form), form.status


@pages.get("/installations/<installation_id>/check/progress")
def progress(installation_id: str) -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("installs/_check.html", page=_page(installation_id))


def _page(installation_id: str) -> CheckPage:
    ctx = context()
    view = get_installation(ctx, installation_id)
    workspace = workspaces.get_workspace(ctx, view.installation.workspace_id)
    found = queries.find_check(ctx, view)
    known = queries.differences_from_the_start(ctx, view.installation)
    return show_check(view, found, workspace, language(), may_check=may_check(ctx.actor, workspace), known=known)
