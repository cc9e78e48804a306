"""The reader's own municipality: its members and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from marketplace.edge.context import context, language
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text
from marketplace.municipalities import queries
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


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class MunicipalityPage:
    """The municipality and its members."""

    municipality: str
    prefecture: str
    code: str
    members: tuple[MemberRow, ...]
    may_publish: bool
    may_manage_tokens: bool


@pages.get("/members")
def index() -> ResponseReturnValue:
    """List the members."""
    ctx, spoken = context(), language()
    code = ctx.actor.own_municipality(Permission.WORKSPACES_READ)
    municipality = queries.get_municipality(ctx, code)
    page = MunicipalityPage(
        municipality=municipality.name,
        prefecture=municipality.prefecture,
        code=code,
        members=tuple(
            MemberRow(member.name, member.email, ROLES[member.role].in_language(spoken))
            for member in queries.list_members(ctx, code)
        ),
        may_publish=ctx.actor.may(Permission.TEMPLATES_PUBLISH, code),
        may_manage_tokens=ctx.actor.may(Permission.TOKENS_MANAGE, code),
    )
    return render_template("municipalities/members.html", page=page)
