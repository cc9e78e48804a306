"""The pages on which administrators change the role of a member and remove members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.holdings.handover import get_holdings
from marketplace.kernel.actor import Permission
from marketplace.municipalities import queries, services
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.municipalities import MEANINGS, ROLES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.municipalities.roles import Role

pages = Blueprint("web_members", __name__)

PLACE = "/members"


@pages.get(f"{PLACE}/<person_id>")
def show(person_id: str) -> ResponseReturnValue:
    """Ask for the role of a member."""
    member = queries.get_member(context(), own_code(), person_id)
    return _render("municipalities/member.html", person_id, filled(role=member.role.value))


@pages.post(f"{PLACE}/<person_id>")
def change_role(person_id: str) -> ResponseReturnValue:
    """Give the role, or show why that can't be."""
    with attempt() as tried:
        services.change_role(context(), own_code(), person_id, request.form.get("role", ""))
        return redirect(f"{PLACE}?done=role", 303)
    form = refused(tried.error, request.form)
    return _render("municipalities/member.html", person_id, form), form.status


@pages.get(f"{PLACE}/<person_id>/remove")
def ask_removal(person_id: str) -> ResponseReturnValue:
    """Tell what removing a member means."""
    return _render("municipalities/remove_member.html", person_id, filled())


@pages.post(f"{PLACE}/<person_id>/remove")
def remove(person_id: str) -> ResponseReturnValue:
    """Remove a member, or show why that can't be."""
    ctx = context()
    with attempt() as tried:
        services.remove_member(ctx, own_code(), person_id)
        is_own = person_id == ctx.actor.person_id
        return redirect("/account?done=left" if is_own else f"{PLACE}?done=removed", 303)
    form = refused(tried.error, request.form)
    return _render("municipalities/remove_member.html", person_id, form), form.status


def own_code() -> str:
    """Return the municipality whose members the reader decides about."""
    return context().actor.own_municipality(Permission.MEMBERS_MANAGE)


def role_choices(code: str) -> list[tuple[str, str, str]]:
    """Return the roles to choose from, as value, name and meaning."""
    spoken = language()

    def choice(role: Role) -> tuple[str, str, str]:
        return role.value, ROLES[role].in_language(spoken), MEANINGS[role].in_language(spoken)

    return [choice(role) for role in queries.grantable_roles(code)]


def _render(template: str, person_id: str, form: FormState) -> str:
    ctx, code = context(), own_code()
    member = queries.get_member(ctx, code, person_id)
    return render_template(
        template,
        form=form,
        member=member,
        role=ROLES[member.role],
        roles=role_choices(code),
        is_own=person_id == ctx.actor.person_id,
        action=f"{PLACE}/{person_id}",
        kept=get_holdings(ctx, person_id).keeper.count,
        handover=f"/my-municipality/handover/{person_id}",
    )
