"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.accounts import services
from marketplace.edge.context import context
from marketplace.edge.signin import sign_in, sign_out
from marketplace.web.forms import filled, refused
from marketplace.web.local_paths import local_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_accounts", __name__)


@pages.get("/sign-in")
def show() -> ResponseReturnValue:
    """Ask for e-mail address and password."""
    return render_template("accounts/sign_in.html", form=filled(next=local_path(request.args.get("next"))))


@pages.post("/sign-in")
def start() -> ResponseReturnValue:
    """Start a session, or show why not; the failure stays counted, so nothing is raised here."""
    tried = services.authenticate(context(), request.form.get("email", ""), request.form.get("password", ""))
    if tried.person is None:
        assert tried.refusal is not None  # noqa: S101 - one of the two is always there
        form = refused(tried.refusal, request.form)
        return render_template("accounts/sign_in.html", form=form), form.status
    sign_in(tried.person)
    return redirect(local_path(request.form.get("next")), 303)


@pages.post("/sign-out")
def end() -> ResponseReturnValue:
    """End the session."""
    sign_out()
    return redirect("/", 303)
