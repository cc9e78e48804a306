"""The members of the reader's municipality, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.edge.context import context, language
from marketplace.kernel.actor import Permission
from marketplace.kernel.mail import Delivery
from marketplace.kernel.text import Text
from marketplace.municipalities import queries
from marketplace.municipalities.invitations import PendingInvitation, list_pending
from marketplace.municipalities.prefectures import prefecture_text
from marketplace.municipalities.roles import Role

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_municipalities", __name__)

ROLES: dict[Role, Text] = {
    Role.ADMIN: Text("管理者", "Administrator"),
    Role.PUBLISHER: Text("公開担当", "Publisher"),
    Role.INSTALLER: Text("導入担当", "Installer"),
    Role.READER: Text("閲覧者", "Reader"),
}
MEANINGS: dict[Role, Text] = {
    Role.ADMIN: Text(
        "すべてできます。構成員、ワークスペース、APIトークンも管理します。",
        "Everything; manages members, workspaces and API tokens too.",
    ),
    Role.PUBLISHER: Text(
        "テンプレートを公開し、評価・活用事例・欲しいアプリを書きます。導入はできません。",
        "Publishes templates and writes reviews, stories and wanted apps; can't install.",
    ),
    Role.INSTALLER: Text(
        "テンプレートを導入し、評価・活用事例・欲しいアプリを書きます。公開はできません。",
        "Installs templates and writes reviews, stories and wanted apps; can't publish.",
    ),
    Role.READER: Text(
        "ワークスペースと導入の様子を見ます。何かを導入したり公開したりはできません。",
        "Sees workspaces and installations; can neither install nor publish.",
    ),
}
DONE: dict[str, Text] = {
    "role": Text("役割を変更しました。", "The role was changed."),
    "removed": Text("構成員から外しました。", "The member was removed."),
    "invited": Text("招待のメールを送りました。", "The invitation is sent."),
    "withdrawn": Text("招待を取り消しました。", "The invitation was withdrawn."),
    "factor-required": Text(
        "すべての構成員に、二段階認証を求めます。", "A second factor is required of all members now."
    ),
    "factor-optional": Text("二段階認証を求めるのをやめました。", "A second factor is not required any more."),
    "joined": Text("団体の構成員になりました。", "You are a member now."),
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member."""

    address: str
    """Where administrators change and remove them."""
    name: str
    email: str
    role: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation that waits, as administrators see it."""

    address: str
    sent: PendingInvitation
    role: str


@dataclass(frozen=True, slots=True)
class MunicipalityPage:
    """The municipality and its members."""

    municipality: str
    prefecture: Text
    code: str
    members: tuple[MemberRow, ...]
    done: Text | None
    may_manage: bool
    invitations: tuple[InvitationRow, ...]
    requires_factor: bool
    in_outbox: bool
    """Whether letters stay on this machine, for trying out."""


@pages.get("/members")
def index() -> ResponseReturnValue:
    """List the members."""
    ctx, spoken = context(), language()
    code = ctx.actor.own_municipality(Permission.WORKSPACES_READ)
    municipality = queries.get_municipality(ctx, code)
    may_manage = ctx.actor.may(Permission.MEMBERS_MANAGE, code)
    pending = list_pending(ctx, code) if may_manage else []
    page = MunicipalityPage(
        municipality=municipality.name,
        prefecture=prefecture_text(municipality.prefecture),
        code=code,
        members=tuple(
            MemberRow(
                f"/members/{member.person_id}",
                member.name,
                member.email,
                ROLES[member.role].in_language(spoken),
                member.has_second_factor,
            )
            for member in queries.list_members(ctx, code)
        ),
        done=DONE.get(request.args.get("done", "")),
        may_manage=may_manage,
        invitations=tuple(
            InvitationRow(f"/members/invitations/{each.id}", each, ROLES[each.role].in_language(spoken))
            for each in pending
        ),
        requires_factor=municipality.second_factor_required_at is not None,
        in_outbox=may_manage and ctx.ports.mailer.delivery is Delivery.OUTBOX,
    )
    return render_template("municipalities/members.html", page=page)
