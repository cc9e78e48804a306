"""Second factors of members: an administrator requires them, and members without one are led to set theirs up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.municipalities import queries, second_factor
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.members import own_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_second_factor", __name__)

PLACE = "/members/second-factor"


@pages.get(PLACE)
def ask() -> ResponseReturnValue:
    """Tell what requiring a second factor means, and who has none yet."""
    return _render(filled())


@pages.post(f"{PLACE}/require")
def require() -> ResponseReturnValue:
    """Require it, or show why that can't be."""
    with attempt() as tried:
        second_factor.require_second_factor(context())
        return redirect("/members?done=factor-required", 303)
    form = refused(tried.error, filled().values)
    return _render(form), form.status


@pages.post(f"{PLACE}/stop")
def stop() -> ResponseReturnValue:
    """Require it no longer."""
    second_factor.stop_requiring_second_factor(context())
    return redirect("/members?done=factor-optional", 303)


@pages.get(f"{PLACE}/require")
@pages.get(f"{PLACE}/stop")
def back() -> ResponseReturnValue:
    """Lead to the page with the button."""
    return redirect(PLACE, 303)


def _render(form: FormState) -> str:
    ctx, code = context(), own_code()
    members = queries.list_members(ctx, code)
    return render_template(
        "municipalities/second_factor.html",
        form=form,
        place=PLACE,
        since=queries.get_municipality(ctx, code).second_factor_required_at,
        without=[member for member in members if not member.has_second_factor],
        count=len(members),
    )
