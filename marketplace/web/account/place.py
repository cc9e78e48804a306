"""Where the pages of the account are entered, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.accounts.confirming import confirm_password
from marketplace.edge.context import context
from marketplace.web.forms import FormState, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.accounts.models import Person

pages = Blueprint("web_account", __name__)


def confirmed_person() -> Person | FormState:
    """Return the person if the password they sent with this form is right, else the form with the refusal."""
    tried = confirm_password(context(), request.form.get("password", ""))
    return tried.person if tried.person is not None else refused(tried.refusal, request.form)


def show_codes(codes: list[str], done: str) -> ResponseReturnValue:
    """Show new recovery codes, this once."""
    return render_template("account/codes.html", codes=codes, done=done)
