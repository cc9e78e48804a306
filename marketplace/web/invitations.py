"""Invitations: sent and withdrawn by administrators, and followed by those who got the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.edge.signin import act_for, sign_in, visitor
from marketplace.municipalities import invitations, joining
from marketplace.municipalities.errors import InvitationClosedError
from marketplace.municipalities.letters import VALID_DAYS
from marketplace.municipalities.roles import Role
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.members import own_code, role_choices
from marketplace.web.municipalities import MEANINGS, ROLES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_invitations", __name__)

START = "/members/invite"
SENT = "/members/invitations"


@pages.get(START)
def ask() -> ResponseReturnValue:
    """Ask for address and role."""
    return _render_new(filled(role=Role.READER.value))


@pages.post(START)
def invite() -> ResponseReturnValue:
    """Send the letter, or show why that can't be."""
    data = {name: request.form.get(name, "") for name in ("email", "role")}
    with attempt() as tried:
        invitations.invite(context(), own_code(), data)
        return redirect("/members?done=invited", 303)
    form = refused(tried.error, request.form)
    return _render_new(form), form.status


@pages.post(f"{SENT}/<invitation_id>/send-again")
def send_again(invitation_id: str) -> ResponseReturnValue:
    """Send a new letter, or show why that can't be."""
    with attempt() as tried:
        invitations.send_again(context(), own_code(), invitation_id)
        return redirect("/members?done=invited", 303)
    form = refused(tried.error, request.form)
    return _render_new(form), form.status


@pages.post(f"{SENT}/<invitation_id>/withdraw")
def withdraw(invitation_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.withdraw(context(), own_code(), invitation_id)
    return redirect("/members?done=withdrawn", 303)


@pages.get(f"{SENT}/<_invitation_id>/<_act>")
def back(_invitation_id: str, _act: str) -> ResponseReturnValue:
    """Lead to the page with the buttons."""
    return redirect("/members", 303)


@pages.get("/invitations/<secret>")
def show(secret: str) -> ResponseReturnValue:
    """Tell what the link offers: one button, a sign-in, or the form of a new account."""
    return _render_open(secret, filled())


@pages.post("/invitations/<secret>")
def follow(secret: str) -> ResponseReturnValue:
    """Join, with the account that is signed in or with a new one, or show why that can't be."""
    ctx = context()
    with attempt() as tried:
        if visitor() is not None:
            membership = joining.join(ctx, secret)
        else:
            given = (request.form.get(name, "") for name in ("name", "password"))
            person, membership = joining.register(ctx, secret, *given)
            sign_in(person)
        act_for(membership.municipality_code)
        return redirect("/members?done=joined", 303)
    form = refused(tried.error, request.form)
    return _render_open(secret, form)


def _render_new(form: FormState) -> str:
    ctx, code = context(), own_code()
    return render_template(
        "municipalities/invite.html",
        form=form,
        roles=role_choices(code),
        can_send=invitations.can_invite(ctx),
        days=VALID_DAYS,
    )


def _render_open(secret: str, form: FormState) -> ResponseReturnValue:
    g.is_private = True  # The address itself is a secret.
    try:
        invitation = joining.open_invitation(context(), secret)
    except InvitationClosedError as error:
        closed = refused(error, request.form)
        return render_template("invitations/closed.html", form=closed), closed.status
    page = render_template(
        "invitations/show.html",
        form=form,
        invitation=invitation,
        role=ROLES[invitation.role],
        meaning=MEANINGS[invitation.role],
        action=f"/invitations/{secret}",
    )
    return page, form.status
