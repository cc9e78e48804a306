"""The pages on which the operator verifies municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import verifying
from marketplace.web.forms import FormState, filled
from marketplace.web.municipalities import ROLES
from marketplace.web.operating.place import START, pages
from marketplace.web.operating.reasoned import act_with_reason, told_of

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
    return _render(code, filled(), told_of(DONE))


@pages.post(f"{PLACE}/<code>/verify")
def verify(code: str) -> ResponseReturnValue:
    """Verify it, or show why that can't be."""
    return act_with_reason(
        lambda data: verifying.verify_municipality(context(), code, data),
        f"{PLACE}/{code}",
        "verified",
        lambda form: _render(code, form),
    )


@pages.post(f"{PLACE}/<code>/withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    """Take it back, or show why that can't be."""
    return act_with_reason(
        lambda data: verifying.withdraw_verification(context(), code, data),
        f"{PLACE}/{code}",
        "withdrawn",
        lambda form: _render(code, form),
    )


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
