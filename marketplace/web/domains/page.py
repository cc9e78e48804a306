"""The page of a workspace that is a kintone domain: what is installed, how it is reached, whether that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import render_template

from marketplace.edge.context import language
from marketplace.installs import queries as installs
from marketplace.installs.leftovers import list_leftovers
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Language, Text
from marketplace.web.check_offers import offer_checks
from marketplace.web.leftovers_page import ShownLeftovers, show_leftovers
from marketplace.web.workspace_pages import ImportLink, InstalledTemplate, show_imports, show_installed
from marketplace.workspaces.domains.checking import Check, Finding, Item, Outcome, last_check

if TYPE_CHECKING:
    from marketplace.kernel.context import Context
    from marketplace.workspaces.domains.models import Connection
    from marketplace.workspaces.models import Workspace

ITEMS: dict[Item, Text] = {
    Item.SIGN_IN: Text("ログイン", "Signing in"),
    Item.GUEST_SPACE: Text("ゲストスペース", "Guest space"),
    Item.APPS: Text("アプリの閲覧", "Seeing apps"),
    Item.CREATE_APPS: Text("アプリの作成", "Creating apps"),
}
OUTCOMES: dict[Outcome, tuple[Text, str]] = {
    Outcome.OK: (Text("できます", "Works"), "done"),
    Outcome.FAILED: (Text("できません", "Does not work"), "failed"),
    Outcome.UNKNOWN: (Text("確認が必要です", "Needs a look"), "unknown"),
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """What a check found out about one item, in words."""

    item: str
    outcome: str
    mark: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """The last check."""

    checked_at: datetime
    works: bool
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True)
class DomainPage:
    """Everything the page shows."""

    id: str
    name: str
    created_at: datetime
    address: str
    guest_space: str | None
    login: str
    gate_user: str | None
    rotated_at: datetime
    is_old: bool
    """Whether the credentials should have been replaced by now."""
    check: ShownCheck | None
    may_manage: bool
    may_install: bool
    may_export: bool
    installed: tuple[InstalledTemplate, ...]
    leftovers: tuple[ShownLeftovers, ...]
    deletes_apps: bool
    """Whether leftovers can be deleted from here; kintone offers no call for it."""
    running: tuple[ImportLink, ...]
    finished: tuple[ImportLink, ...]


def render_domain(ctx: Context, workspace: Workspace) -> str:
    """Return the page of a workspace that has a connection."""
    spoken, connection = language(), workspace.connection
    assert connection is not None  # noqa: S101 - the caller has looked
    imports = installs.list_imports(ctx, workspace.id)
    installations = installs.list_installations(ctx, workspace.id)
    checks = offer_checks(ctx, workspace, installations, spoken)
    page = DomainPage(
        id=workspace.id,
        name=workspace.name,
        created_at=workspace.created_at,
        address=connection.address,
        guest_space=connection.guest_space,
        login=connection.login,
        gate_user=connection.gate_user,
        rotated_at=connection.rotated_at,
        is_old=connection.rotate_by <= ctx.now(),
        check=_checked(connection, spoken),
        may_manage=ctx.actor.may(Permission.WORKSPACES_MANAGE, workspace.municipality_code),
        may_install=ctx.actor.may(Permission.INSTALLS_WRITE, workspace.municipality_code),
        may_export=ctx.actor.may(Permission.TEMPLATES_PUBLISH, workspace.municipality_code),
        installed=show_installed(workspace, installations, checks, spoken),
        leftovers=show_leftovers(workspace, list_leftovers(ctx, workspace.id), spoken),
        deletes_apps=False,
        running=show_imports(imports, spoken, under_way=True),
        finished=show_imports(imports, spoken, under_way=False),
    )
    return render_template("domains/show.html", page=page)


def _checked(connection: Connection, spoken: Language) -> ShownCheck | None:
    check: Check | None = last_check(connection)
    if check is None:
        return None
    return ShownCheck(check.checked_at, check.works, tuple(_finding(each, spoken) for each in check.findings))


def _finding(finding: Finding, spoken: Language) -> ShownFinding:
    outcome, mark = OUTCOMES[finding.outcome]
    return ShownFinding(
        item=ITEMS[finding.item].in_language(spoken),
        outcome=outcome.in_language(spoken),
        mark=mark,
        text=finding.text.in_language(spoken),
        remedy="" if finding.remedy is None else finding.remedy.in_language(spoken),
    )
