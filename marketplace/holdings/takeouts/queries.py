"""Finds takeouts, for administrators and for the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.holdings.policy import require_keeper
from marketplace.holdings.takeouts.errors import TakeoutNotFoundError
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout
from marketplace.jobs.workers import Strangers, Workers, is_abandoned
from marketplace.kernel.context import Context

MOST_LISTED = 20


def list_takeouts(ctx: Context) -> list[Takeout]:
    """Return the latest takeouts of the caller's municipality, newest first."""
    own = select(Takeout).where(Takeout.municipality_code == require_keeper(ctx.actor))
    return list(ctx.session.scalars(own.order_by(Takeout.created_at.desc(), Takeout.id).limit(MOST_LISTED)))


def get_takeout(ctx: Context, takeout_id: str) -> Takeout:
    """Return one of the caller's municipality. Raises TakeoutNotFoundError."""
    code = require_keeper(ctx.actor)
    found = ctx.session.get(Takeout, takeout_id) if takeout_id.isprintable() else None
    if found is None or found.municipality_code != code:
        raise TakeoutNotFoundError
    return found


def due_takeouts(session: Session, now: datetime, workers: Workers | None = None) -> list[str]:
    """Return the ids of the takeouts no worker is at: queued, or of a worker that is gone or let its lease run out."""
    workers = workers or Strangers()
    under_way = select(Takeout.id, Takeout.lease_owner, Takeout.lease_until).where(Takeout.state.in_(UNDER_WAY))
    return [
        row.id
        for row in session.execute(under_way.order_by(Takeout.created_at, Takeout.id))
        if row.lease_until is None or row.lease_until <= now or is_abandoned(workers, row.lease_owner)
    ]
