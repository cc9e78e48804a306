"""The pages on which the operator disables and enables accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.accounts.policy import require_operator
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import people
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.municipalities import ROLES
from marketplace.web.operating.place import START, pages
from marketplace.web.operating.reasoned import act_with_reason, told_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PLACE = f"{START}/accounts"
DONE: dict[str, Text] = {
    "disabled": Text(
        "アカウントを停止し、すべての端末からログアウトさせました。",
        "The account is disabled and signed out everywhere.",
    ),
    "enabled": Text("アカウントの停止を解きました。", "The account is enabled again."),
}


@pages.get(PLACE)
def ask() -> ResponseReturnValue:
    """Ask for an address."""
    require_operator(context().actor)
    return render_template("operating/accounts.html", form=filled())


@pages.post(PLACE)
def find() -> ResponseReturnValue:
    """Go to the account of an address; it is sent as a form, for addresses of pages stand in logs."""
    with attempt() as tried:
        account = people.find_account(context(), request.form.get("email", ""))
        return redirect(f"{PLACE}/{account.person_id}", 303)
    require_operator(context().actor)
    form = refused(tried.error, request.form)
    return render_template("operating/accounts.html", form=form), form.status


@pages.get(f"{PLACE}/<person_id>")
def show_account(person_id: str) -> ResponseReturnValue:
    """Show whose account it is and how it stands."""
    return _render(person_id, filled(), told_of(DONE))


@pages.post(f"{PLACE}/<person_id>/disable")
def disable(person_id: str) -> ResponseReturnValue:
    """Disable it, or show why that can't be."""
    return act_with_reason(
        lambda data: people.disable_account(context(), person_id, data),
        f"{PLACE}/{person_id}",
        "disabled",
        lambda form: _render(person_id, form),
    )


@pages.post(f"{PLACE}/<person_id>/enable")
def enable(person_id: str) -> ResponseReturnValue:
    """Enable it again, or show why that can't be."""
    return act_with_reason(
        lambda data: people.enable_account(context(), person_id, data),
        f"{PLACE}/{person_id}",
        "enabled",
        lambda form: _render(person_id, form),
    )


def _render(person_id: str, form: FormState, done: Text | None = None) -> str:
    account = people.get_account(context(), person_id)
    return render_template(
        "operating/account.html",
        account=account,
        acts_for=[(each.municipality, ROLES[each.role].in_language(language())) for each in account.acts_for],
        form=form,
        done=done,
        action=f"{PLACE}/{person_id}",
    )
