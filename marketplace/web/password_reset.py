"""A new password by a link in a mail."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request

from marketplace.accounts import resets
from marketplace.accounts.errors import ResetLinkInvalidError
from marketplace.accounts.letters import RESET_MINUTES
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.kernel.mail import Delivery
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

EVEN_SECONDS = 0.1
"""How long the answer takes, whether a mail is written or not: writing one takes some hundredths."""

pages = Blueprint("web_password_reset", __name__)


@pages.get("/password-reset")
def ask() -> ResponseReturnValue:
    """Ask for the e-mail address."""
    return _render_request(filled())


@pages.post("/password-reset")
def order() -> ResponseReturnValue:
    """Send a mail if the address is known; the answer is the same if it is not, and comes as late."""
    began, refusal = time.monotonic(), None
    with attempt() as tried:
        refusal = resets.request_reset(context(), request.form.get("email", ""))
    # After the commit, for that takes longer with a mail, and nothing is locked by then.
    context().after_commit(lambda: time.sleep(max(0.0, began + EVEN_SECONDS - time.monotonic())))
    error = tried.error or refusal
    if error is None:
        return redirect("/password-reset/sent", 303)
    form = refused(error, request.form)
    return _render_request(form), form.status


@pages.get("/password-reset/sent")
def tell() -> ResponseReturnValue:
    """Tell what to do now, whether a mail was written or not."""
    in_outbox = context().ports.mailer.delivery is Delivery.OUTBOX
    return render_template("accounts/reset_sent.html", minutes=RESET_MINUTES, in_outbox=in_outbox)


@pages.get("/password-reset/<secret>")
def choose(secret: str) -> ResponseReturnValue:
    """Ask for the new password."""
    if not resets.is_reset_open(context(), secret):
        form = refused(ResetLinkInvalidError(minutes=RESET_MINUTES), request.form)
        return _render_request(form), form.status
    return _render_new(secret, filled())


@pages.post("/password-reset/<secret>")
def replace(secret: str) -> ResponseReturnValue:
    """Set the new password and let its owner sign in with it, and with the second factor as ever."""
    with attempt() as tried:
        resets.reset_password(context(), secret, request.form.get("password", ""))
    if tried.error is None:
        return redirect("/sign-in?reset=done", 303)
    form = refused(tried.error, request.form)
    if isinstance(tried.error, ResetLinkInvalidError):
        return _render_request(form), form.status
    return _render_new(secret, form), form.status


def _render_request(form: FormState) -> str:
    can_send = context().ports.mailer.delivery is not Delivery.NONE
    return render_template("accounts/reset_request.html", form=form, can_send=can_send, minutes=RESET_MINUTES)


def _render_new(secret: str, form: FormState) -> str:
    g.is_private = True
    return render_template("accounts/reset_new.html", form=form, secret=secret)
