"""Asks for a takeout, hands its file out, and deletes it; the work itself is the job's (run.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.holdings.policy import require_keeper
from marketplace.holdings.takeouts.errors import TakeoutNotFoundError, TakeoutUnderWayError, TooManyTakeoutsError
from marketplace.holdings.takeouts.inputs import TakeoutInput
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout, TakeoutState
from marketplace.holdings.takeouts.queries import get_takeout
from marketplace.kernel.context import Context
from marketplace.municipalities.services import lock_municipality
from marketplace.storage.keeping import abandon_blobs

JOB = "takeout"
"""The name of the job that makes the file."""
MOST_KEPT = 3
KEPT_DAYS = 7


def start_takeout(ctx: Context, data: Mapping[str, object]) -> Takeout:
    """Queue a file with all data of the caller's municipality (`data`: inputs.TakeoutInput).

    Raises TakeoutUnderWayError or TooManyTakeoutsError.
    """
    code = require_keeper(ctx.actor)
    given = TakeoutInput().load(dict(data))
    lock_municipality(ctx.session, code)
    _require_room(ctx, code)
    started = Takeout(
        municipality_code=code,
        state=TakeoutState.QUEUED,
        with_records=given["records"],
        asked_by=ctx.actor.person_id or "",
        asked_by_name=ctx.actor.name,
        created_at=ctx.now(),
    )
    ctx.session.add(started)
    ctx.session.flush()  # The log names it.
    audit.record(ctx, "takeout.started", f"takeout:{started.id}", records=started.with_records)
    takeout_id = started.id
    ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, takeout_id))
    return started


def fetch_takeout(ctx: Context, takeout_id: str) -> Takeout:
    """Return a takeout whose file is there, and note who fetches it. Raises TakeoutNotFoundError."""
    found = get_takeout(ctx, takeout_id)
    if found.state is not TakeoutState.READY or found.digest is None or _is_over(found, ctx.now()):
        raise TakeoutNotFoundError
    audit.record(ctx, "takeout.downloaded", f"takeout:{found.id}", size=found.size)
    return found


def delete_takeout(ctx: Context, takeout_id: str) -> None:
    """Delete the file before its time, or stop the work at it; twice is harmless. Raises TakeoutNotFoundError."""
    found = get_takeout(ctx, takeout_id)
    ctx.session.refresh(found, with_for_update=True)
    if found.state is not TakeoutState.DELETED:
        _delete(ctx.session, found)
        audit.record(ctx, "takeout.deleted", f"takeout:{found.id}")


def forget_old_takeouts(session: Session, now: datetime) -> None:
    """Delete the files whose time is over."""
    over = select(Takeout).where(Takeout.state == TakeoutState.READY, Takeout.expires_at <= now)
    for each in session.scalars(over.with_for_update(skip_locked=True)).all():
        _delete(session, each)


def _delete(session: Session, takeout: Takeout) -> None:
    if takeout.digest is not None:
        abandon_blobs(session, [takeout.digest])
    gone = {"state": TakeoutState.DELETED, "digest": None, "lease_owner": None, "lease_until": None}
    session.execute(update(Takeout).where(Takeout.id == takeout.id).values(**gone))


def _is_over(takeout: Takeout, now: datetime) -> bool:
    return takeout.expires_at is not None and takeout.expires_at <= now


def _require_room(ctx: Context, code: str) -> None:
    states = select(Takeout.state, func.count()).where(Takeout.municipality_code == code).group_by(Takeout.state)
    counts = dict(ctx.session.execute(states).all())
    if any(counts.get(state) for state in UNDER_WAY):
        raise TakeoutUnderWayError
    if counts.get(TakeoutState.READY, 0) >= MOST_KEPT:
        raise TooManyTakeoutsError(most=MOST_KEPT)
