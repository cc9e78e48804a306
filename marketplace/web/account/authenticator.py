"""The pages of the authenticator app and of recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import redirect, render_template, request
from markupsafe import Markup

from marketplace.accounts.factors import queries, services
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.web.account.place import confirmed_person, pages, show_codes
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.accounts.factors.authenticators import Enrolment

NEW = "/account/authenticator/new"
REMOVE = "/account/authenticator/remove"
CODES = "/account/recovery-codes"
MODULE = 5
"""Pixels of one square of the QR code."""
GROUP = 4


@pages.get(NEW)
def begin_authenticator() -> ResponseReturnValue:
    """Ask for the password before anything is set up."""
    return _ask_first(filled())


@pages.post(NEW)
def add_authenticator() -> ResponseReturnValue:
    """After the password show the QR code; after a code of the app keep it."""
    if "paper" in request.form:
        return _finish()
    person = confirmed_person()
    if isinstance(person, FormState):
        return _ask_first(person), person.status
    with attempt() as tried:
        return _show_secret(services.start_authenticator(context(), person), filled())
    form = refused(tried.error, request.form)
    return _ask_first(form), form.status


@pages.get(REMOVE)
def ask_to_remove_authenticator() -> ResponseReturnValue:
    """Ask for the password."""
    return _ask_removal(filled())


@pages.post(REMOVE)
def remove_authenticator() -> ResponseReturnValue:
    """Remove the app."""
    person = confirmed_person()
    if isinstance(person, FormState):
        return _ask_removal(person), person.status
    services.remove_authenticator(context(), person)
    return redirect("/account?done=authenticator-removed", 303)


@pages.get(CODES)
def ask_for_codes() -> ResponseReturnValue:
    """Ask for the password."""
    return _ask_codes(filled())


@pages.post(CODES)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    person = confirmed_person()
    if isinstance(person, FormState):
        return _ask_codes(person), person.status
    with attempt() as tried:
        return show_codes(services.renew_codes(context(), person), "")
    form = refused(tried.error, request.form)
    return _ask_codes(form), form.status


def _finish() -> ResponseReturnValue:
    paper = request.form["paper"]
    with attempt() as tried:
        codes = services.finish_authenticator(context(), paper, request.form.get("code", ""))
        return show_codes(codes, "authenticator") if codes else redirect("/account?done=authenticator", 303)
    form = refused(tried.error, request.form)
    with attempt() as seen:
        return _show_secret(services.see_authenticator(context(), paper), form), form.status
    form = refused(seen.error, request.form)
    return _ask_first(form), form.status


def _show_secret(enrolment: Enrolment, form: FormState) -> str:
    picture = segno.make(enrolment.address, error="m", micro=False).svg_inline(scale=MODULE, light="white", border=4)
    parts = [enrolment.secret[start : start + GROUP] for start in range(0, len(enrolment.secret), GROUP)]
    return render_template(
        "account/authenticator.html",
        form=form,
        picture=Markup(picture),  # noqa: S704 - drawn here, of squares
        secret=" ".join(parts),
        address=enrolment.address,
        paper=enrolment.paper,
    )


def _ask_first(form: FormState) -> str:
    return render_template("account/confirm.html", form=form, act="authenticator", action=NEW, **_known())


def _ask_removal(form: FormState) -> str:
    return render_template("account/confirm.html", form=form, act="authenticator-removal", action=REMOVE, **_known())


def _ask_codes(form: FormState) -> str:
    return render_template("account/confirm.html", form=form, act="codes", action=CODES, **_known())


def _known() -> dict[str, object]:
    """Return what the page has to know to say what will happen; strangers are turned away here."""
    return {"factors": queries.list_factors(context()), "passkey": None}
