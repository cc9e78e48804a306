"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request

from marketplace.accounts import services
from marketplace.accounts.factors import passkeys, queries, second_step
from marketplace.edge.app import writes_when
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, is_read_only
from marketplace.edge.signin import OWED_FACTOR, halfway, hold_halfway, sign_in, sign_out, will_owe_second_factor
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.language import follow_choice
from marketplace.web.local_paths import local_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.accounts.models import Person
    from marketplace.accounts.outcome import SignIn

pages = Blueprint("web_accounts", __name__)
SECOND_FACTOR = "/sign-in/second-factor"


@pages.get("/sign-in")
def show() -> ResponseReturnValue:
    """Ask for e-mail address and password, or for a passkey."""
    return _render(filled(next=local_path(request.args.get("next"))))


@pages.post("/sign-in")
def start() -> ResponseReturnValue:
    """Start a session, or show why not; the failure stays counted, so nothing is raised here."""
    if "answer" in request.form:
        return _start_by_passkey()
    tried = services.authenticate(context(), request.form.get("email", ""), request.form.get("password", ""))
    if tried.halfway is not None:
        hold_halfway(tried.halfway)
        query = urlencode({"next": local_path(request.form.get("next"))})
        return redirect(f"{SECOND_FACTOR}?{query}", 303)
    if tried.person is not None:
        return _enter(tried.person)
    form = refused(tried.refusal, request.form)
    return _render(form), form.status


@pages.get(SECOND_FACTOR)
def ask_second() -> ResponseReturnValue:
    """Ask for the second factor of the person whose password was right."""
    person = halfway()
    if person is None:
        return _start_again()
    return _render_second(person, filled(next=local_path(request.args.get("next"))))


@pages.post(SECOND_FACTOR)
def take_second() -> ResponseReturnValue:
    """Start the session, or show why not."""
    person = halfway()
    if person is None:
        return _start_again()
    if "answer" not in request.form:
        tried = second_step.finish_with_code(context(), person, request.form.get("code", ""))
        if tried.person is not None:
            return _enter(tried.person)
        return _refuse_second(person, refused(tried.refusal, request.form))
    with attempt() as checked:
        done = second_step.finish_with_passkey(context(), person, *_answer())
        return _enter(_person_of(done))
    return _refuse_second(person, refused(checked.error, request.form))


@pages.post("/sign-out")
@writes_when(lambda: not is_read_only())
def end() -> ResponseReturnValue:
    """End the session; during maintenance, too, nobody has to stay signed in at a screen that others use."""
    sign_out()
    return redirect("/", 303)


def _start_by_passkey() -> ResponseReturnValue:
    with attempt() as checked:
        done = second_step.sign_in_with_passkey(context(), *_answer())
        return _enter(_person_of(done))
    form = refused(checked.error, request.form)
    return _render(form), form.status


def _person_of(done: SignIn) -> Person:
    assert done.person is not None  # noqa: S101 - passkeys raise their refusals
    return done.person


def _answer() -> tuple[str, str]:
    return request.form.get("paper", ""), request.form["answer"]


def _enter(person: Person) -> ResponseReturnValue:
    sign_in(person)
    if will_owe_second_factor(person):
        return follow_choice(redirect(OWED_FACTOR, 303), person.language)
    return follow_choice(redirect(local_path(request.form.get("next")), 303), person.language)


def _start_again() -> ResponseReturnValue:
    wanted = local_path(request.values.get("next"))
    return redirect("/sign-in?" + urlencode({"next": wanted}), 303)


def _render(form: FormState) -> str:
    g.is_private = True
    return render_template(
        "accounts/sign_in.html",
        form=form,
        question=passkeys.ask(context()),
        was_reset=request.args.get("reset") == "done",
    )


def _render_second(person: Person, form: FormState) -> str:
    g.is_private = True
    factors = queries.factors_of(g.session, person.id)
    question = passkeys.ask(context(), person.id) if factors.passkeys else None
    return render_template("accounts/second_factor.html", form=form, factors=factors, question=question)


def _refuse_second(person: Person, form: FormState) -> ResponseReturnValue:
    return _render_second(person, form), form.status
