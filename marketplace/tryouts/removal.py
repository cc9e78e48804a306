"""Removes try-outs whose time has come, completely and in small transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.db.erasing import erase_below
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.models import UNDER_WAY, Import, ImportState
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.sandbox.erasing import erase_some_of_site
from marketplace.tryouts.models import Tryout
from marketplace.workspaces.models import Workspace

BATCH = 500


def remove_expired_tryouts(sessions: Sessions, ports: Ports, now: Callable[[], datetime], batch: int = BATCH) -> int:
    """Remove what has expired, so many rows to a transaction, and return how many try-outs are gone.

    May be stopped at any point: the next call goes on. Of two at once, each leaves alone what the other is at.
    """
    with unit_of_work(sessions, writes=False) as (session, _):
        due = session.scalars(
            select(Tryout.workspace_id).where(Tryout.expires_at <= now()).order_by(Tryout.expires_at)
        ).all()
    return sum(_remove(sessions, ports, now, workspace_id, batch) for workspace_id in due)


def _remove(sessions: Sessions, ports: Ports, now: Callable[[], datetime], workspace_id: str, batch: int) -> bool:
    while True:
        with unit_of_work(sessions) as (session, after_commit):
            if not _claim(session, workspace_id):
                return False
            if _erase_some(session, workspace_id, batch):
                continue
            session.execute(delete(Tryout).where(Tryout.workspace_id == workspace_id))
            session.execute(delete(Workspace).where(Workspace.id == workspace_id))
            audit.record(
                Context(session, SYSTEM, now, after_commit, ports), "tryout.removed", f"workspace:{workspace_id}"
            )
            return True


def _claim(session: Session, workspace_id: str) -> bool:
    """Lock a try-out for this transaction; tell whether it is there and nobody else is at it."""
    row = select(Tryout.workspace_id).where(Tryout.workspace_id == workspace_id).with_for_update(skip_locked=True)
    return session.scalar(row) is not None


def _erase_some(session: Session, workspace_id: str, most: int) -> int:
    """Take some of what is left; the import first, so that its worker makes no further call."""
    under_way = update(Import).where(Import.workspace_id == workspace_id, Import.state.in_(UNDER_WAY))
    session.execute(under_way.values(state=ImportState.CANCELLED), execution_options={"synchronize_session": False})
    return erase_some_of_site(session, workspace_id, most) or erase_below(
        session, Workspace.__tablename__, workspace_id, most, spare={Tryout.__tablename__}
    )
