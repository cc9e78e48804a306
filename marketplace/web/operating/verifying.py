"""The pages on which the operator verifies municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import verifying
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.municipalities import ROLES
from marketplace.web.operating.place import START, pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PLACE = f"{START}/municipalities"
DONE: dict[str, Text] = {
    "verified": Text("確認済みにしました。", "The municipality is verified."),
    "withdrawn": Text("確認を取り消しました。", "The verification was withdrawn."),
}


@pages.get(PLACE)
def list_municipalities() -> ResponseReturnValue:
    """List those to be verified, and those that are."""
    ctx = context()
    return render_template(
        "operating/municipalities.html",
        unverified=verifying.list_unverified(ctx),
        verified=verifying.list_verified(ctx),
        most=verifying.MOST_SHOWN,
    )


@pages.get(f"{PLACE}/<code>")
def show_municipality(code: str) -> ResponseReturnValue:
    """Show who acts for one, and ask what the operator made sure of."""
    return _render(code, filled(), DONE.get(request.args.get("done", "")))


@pages.post(f"{PLACE}/<code>/verify")
def verify(code: str) -> ResponseReturnValue:
    """Verify it, or show why that can't be."""
    with attempt() as tried:
        verifying.verify_municipality(context(), code, {"reason": request.form.get("reason", "")})
        return redirect(f"{PLACE}/{code}?done=verified", 303)
    form = refused(tried.error, request.form)
    return _render(code, form), form.status


@pages.post(f"{PLACE}/<code>/withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    """Take it back, or show why that can't be."""
    with attempt() as tried:
        verifying.withdraw_verification(context(), code, {"reason": request.form.get("reason", "")})
        return redirect(f"{PLACE}/{code}?done=withdrawn", 303)
    form = refused(tried.error, request.form)
    return _render(code, form), form.status


def _render(code: str, form: FormState, done: Text | None = None) -> str:
    found = verifying.get_verification(context(), code)
    return render_template(
        "operating/municipality.html",
        municipality=found.municipality,
        members=[(member, ROLES[member.role].in_language(language())) for member in found.members],
        form=form,
        done=done,
        action=f"{PLACE}/{code}",
    )
