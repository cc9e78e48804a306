"""Closes workspaces, and takes away what was in them when nobody wanted it back for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.sandbox import sites
from marketplace.sandbox.erasing import erase_some_of_site
from marketplace.sandbox.models import Site
from marketplace.workspaces.models import IN_THIS_SERVICE, ApiToken, Workspace
from marketplace.workspaces.queries import get_workspace

KEPT_FOR = timedelta(days=30)
"""How long an operator can still open a closed workspace again."""
BATCH = 500


def close_workspace(ctx: Context, workspace_id: str) -> None:
    """End a workspace at once: pages, REST API, own tokens and stored passwords; its data stays for 30 days.

    Raises WorkspaceNotFoundError or ForbiddenError.
    """
    workspace = get_workspace(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    workspace.closed_at = ctx.now()
    if workspace.kind in IN_THIS_SERVICE:
        sites.seal_site(ctx.session, workspace.id)
    if workspace.connection is not None:
        ctx.session.delete(workspace.connection)  # with it the passwords, at once
    ctx.session.execute(
        update(ApiToken)
        .where(ApiToken.workspace_id == workspace.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=ctx.now())
    )
    audit.record(ctx, "workspace.closed", f"workspace:{workspace.id}", municipality_code=workspace.municipality_code)


def erase_closed_workspaces(sessions: Sessions, now: datetime, batch: int = BATCH) -> int:
    """Delete the sites of workspaces closed 30 days ago, so many rows to a transaction; return how many sites went.

    May be stopped at any point, and goes on the next time.
    """
    with unit_of_work(sessions, writes=False) as (session, _):
        closed = select(Site.id).join(Workspace, Workspace.id == Site.id).where(Workspace.closed_at <= now - KEPT_FOR)
        due = session.scalars(closed.order_by(Site.id)).all()
    return sum(_erase(sessions, site_id, batch) for site_id in due)


def _erase(sessions: Sessions, site_id: str, batch: int) -> bool:
    while True:
        with unit_of_work(sessions) as (session, _):
            if not _claim(session, site_id):
                return False
            erase_some_of_site(session, site_id, batch)
            if session.scalar(select(Site.id).where(Site.id == site_id)) is None:
                return True


def _claim(session: Session, site_id: str) -> bool:
    """Lock a site for this transaction; tell whether it is there and nobody else is at it."""
    return session.scalar(select(Site.id).where(Site.id == site_id).with_for_update(skip_locked=True)) is not None
