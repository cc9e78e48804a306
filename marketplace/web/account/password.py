"""The page that changes one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request
from marshmallow import ValidationError

from marketplace.accounts import services
from marketplace.accounts.queries import get_self
from marketplace.edge.context import context
from marketplace.edge.signin import own_session_id, renew_session
from marketplace.web.account.place import pages
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/account/password")
def ask_password() -> ResponseReturnValue:
    """Ask for the present and the new password."""
    return _render(filled())


@pages.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change it; other browsers are signed out, and so is whoever copied this one's cookie.

    A wrong present password stays counted, so nothing is rolled back.
    """
    sent = request.form
    try:
        refusal = services.change_password(
            context(), sent.get("present", ""), sent.get("password", ""), own_session_id()
        )
    except ValidationError as error:
        form = refused(error, sent)
        return _render(form), form.status
    if refusal is None:
        renew_session()
        return redirect("/account?done=password", 303)
    form = refused(refusal, sent)
    return _render(form), form.status


def _render(form: FormState) -> str:
    return render_template("account/password.html", form=form, email=get_self(context()).email)
