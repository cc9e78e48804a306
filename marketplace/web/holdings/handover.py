"""Who looks after what, and handing it over to a successor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.holdings import handover
from marketplace.holdings.caretakers import KeptThing
from marketplace.holdings.handover import NOBODY, Holdings
from marketplace.holdings.models import KeptKind
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text
from marketplace.municipalities.queries import list_members
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.rendering import spoken

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_handover", __name__)

PLACE = "/my-municipality/handover"
KINDS: dict[KeptKind, tuple[Text, str]] = {
    KeptKind.WORKSPACE: (Text("ワークスペースと接続用アカウント", "Workspaces and their accounts"), "/workspaces/{id}"),
    KeptKind.TOKEN: (Text("APIトークン", "API tokens"), "/tokens"),
    KeptKind.TEMPLATE: (Text("公開しているテンプレート", "Published templates"), "/templates/{code}/{detail}"),
    KeptKind.DRAFT: (Text("下書き", "Drafts"), "/drafts/{id}"),
    KeptKind.STORY: (Text("活用事例", "Stories"), "/stories/{id}"),
    KeptKind.IMPORT: (Text("途中の導入", "Imports under way or stopped"), "/imports/{id}"),
    KeptKind.EXPORT: (Text("途中の書き出し", "Exports under way"), "/exports/{id}"),
}
UNKNOWN = Text("担当者が分からないもの", "Looked after by nobody known")
UNNAMED = Text("（名前なし）", "(no name)")


@pages.get(PLACE)
def index() -> ResponseReturnValue:
    """List who looks after how much."""
    keepers = handover.list_keepers(context())
    return render_template(
        "holdings/keepers.html", keepers=keepers, nobody=NOBODY, unknown=UNKNOWN, place=PLACE, done=_done()
    )


@pages.get(f"{PLACE}/<person_id>")
def show(person_id: str) -> ResponseReturnValue:
    """Show what somebody looks after; administrators can hand it over here."""
    return _render(handover.get_holdings(context(), person_id), filled())


@pages.post(f"{PLACE}/<person_id>")
def hand_over(person_id: str) -> ResponseReturnValue:
    """Hand all of it over, or show why that can't be."""
    ctx = context()
    with attempt() as tried:
        count = handover.hand_over(ctx, person_id, {"to": request.form.get("to", "")})
        return redirect(f"{PLACE}?done={count}", 303)
    holdings = handover.get_holdings(ctx, person_id)
    form = refused(tried.error, request.form)
    return _render(holdings, form), form.status


def _done() -> str | None:
    count = request.args.get("done", "")
    return count if count.isascii() and count.isdecimal() else None


def _render(holdings: Holdings, form: FormState) -> str:
    ctx = context()
    code = ctx.actor.own_municipality(Permission.WORKSPACES_READ)
    may_manage = ctx.actor.may(Permission.MEMBERS_MANAGE, code)
    own = ctx.actor.person_id
    others = [each for each in list_members(ctx, code) if each.person_id != holdings.keeper.person_id]
    return render_template(
        "holdings/handover.html",
        form=form,
        keeper=holdings.keeper,
        name=spoken(UNKNOWN) if holdings.keeper.person_id == NOBODY else holdings.keeper.name or spoken(UNNAMED),
        is_own=holdings.keeper.person_id == own,
        groups=list(_groups(holdings.things, code)),
        may_manage=may_manage,
        successors=[(each.person_id, f"{each.name} {each.email}") for each in others] if may_manage else [],
        place=PLACE,
    )


def _groups(things: Iterable[KeptThing], code: str) -> Iterable[tuple[Text, list[tuple[str, str, str]]]]:
    """Return the things by kind, each with its name, where it is, and its detail."""
    listed = list(things)
    for kind, (label, address) in KINDS.items():
        rows = [
            (spoken(each.name), address.format(id=each.id, detail=each.detail, code=code), each.detail)
            for each in listed
            if each.kind is kind
        ]
        if rows:
            yield label, rows
