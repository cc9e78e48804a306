"""Who can be given something in an app: the users, groups and organisations of its workspace."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.sandbox.models import Principal, SiteUser
from marketplace.sandbox.principals import USER
from marketplace.workspaces.app_settings.access import ManagedApp


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a setting may name."""

    kind: str
    """USER, GROUP or ORGANIZATION."""
    code: str
    name: str


def list_holders(managed: ManagedApp) -> list[Holder]:
    """Return the groups, the organisations and the users of a workspace, each by their codes."""
    session, site_id = managed.ctx.session, managed.workspace.id
    principals = session.execute(
        select(Principal.kind, Principal.code, Principal.name)
        .where(Principal.site_id == site_id)
        .order_by(Principal.kind, Principal.code)
    )
    users = session.execute(
        select(SiteUser.code, SiteUser.name).where(SiteUser.site_id == site_id).order_by(SiteUser.code)
    )
    found = [Holder(kind.value, code, name) for kind, code, name in principals]
    return found + [Holder(USER, code, name) for code, name in users]
