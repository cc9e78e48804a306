"""The pages of passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.accounts.factors import queries, services
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.web.account.devices import device_of
from marketplace.web.account.place import confirmed_person, pages, show_codes
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.accounts.factors.passkeys import Question

NEW = "/account/passkeys/new"


@pages.get(NEW)
def begin_passkey() -> ResponseReturnValue:
    """Ask for the password before anything is set up."""
    return _ask_first(filled())


@pages.post(NEW)
def add_passkey() -> ResponseReturnValue:
    """After the password let the browser make a passkey; when it has, keep it."""
    if "paper" in request.form:
        return _finish()
    person = confirmed_person()
    if isinstance(person, FormState):
        return _ask_first(person), person.status
    with attempt() as tried:
        return _show_question(services.start_passkey(context(), person))
    form = refused(tried.error, request.form)
    return _ask_first(form), form.status


@pages.get("/account/passkeys/<passkey_id>/remove")
def ask_to_remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Ask for the password."""
    return _ask_removal(passkey_id, filled())


@pages.post("/account/passkeys/<passkey_id>/remove")
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Remove a passkey."""
    queries.get_passkey(context(), passkey_id)
    person = confirmed_person()
    if isinstance(person, FormState):
        return _ask_removal(passkey_id, person), person.status
    services.remove_passkey(context(), person, passkey_id)
    return redirect("/account?done=passkey-removed", 303)


def _finish() -> ResponseReturnValue:
    sent = request.form
    name = sent.get("name", "").strip() or device_of(request.user_agent.string)
    with attempt() as tried:
        codes = services.finish_passkey(context(), sent["paper"], sent.get("answer", ""), name)
        return show_codes(codes, "passkey") if codes else redirect("/account?done=passkey", 303)
    form = refused(tried.error, sent)
    return _ask_first(form), form.status


def _show_question(question: Question) -> str:
    return render_template(
        "account/passkey.html", form=filled(name=device_of(request.user_agent.string)), question=question, action=NEW
    )


def _ask_first(form: FormState) -> str:
    factors = queries.list_factors(context())
    return render_template("account/confirm.html", form=form, act="passkey", action=NEW, factors=factors, passkey=None)


def _ask_removal(passkey_id: str, form: FormState) -> str:
    ctx = context()
    return render_template(
        "account/confirm.html",
        form=form,
        act="passkey-removal",
        action=f"/account/passkeys/{passkey_id}/remove",
        factors=queries.list_factors(ctx),
        passkey=queries.get_passkey(ctx, passkey_id),
    )
