"""Forgets what is kept for a while only, and renews what is computed ahead; the worker does it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.factors.passkeys import forget_spent_challenges
from marketplace.accounts.resets import forget_old_resets
from marketplace.accounts.sessions import forget_ended_sessions
from marketplace.accounts.throttle import forget_old_failures
from marketplace.catalog import similar
from marketplace.catalog.visits.services import sum_up_old_days
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.holdings.takeouts.services import forget_old_takeouts
from marketplace.idempotency.services import forget_expired
from marketplace.installs.calls import forget_old_calls
from marketplace.jobs.huey_queue import Errand
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.mail.outbox import forget_old_mails
from marketplace.municipalities.invitations import forget_old_invitations
from marketplace.operating.rounds import note_round
from marketplace.sandbox.cursors import services as cursors
from marketplace.sandbox.files import forget_unused_uploads
from marketplace.sandbox.spaces.erasing import erase_deleted_apps
from marketplace.sandbox.webhooks.outbox import forget_old_deliveries
from marketplace.search.following import columns_of
from marketplace.search.snapshots import is_snapshot_due, keep_snapshot
from marketplace.storage.keeping import delete_abandoned_blobs
from marketplace.tryouts.removal import remove_expired_tryouts
from marketplace.workspaces.closing import erase_closed_workspaces

JOB = "forget"
EVERY = timedelta(hours=1)
COMPARED_EVERY = timedelta(days=7)
"""Similar templates are renewed so often: what is rare, and so tells much, changes with the catalog."""
COMPARED_IN_A_TURN = 200
"""Templates compared in one turn, the longest waiting first."""
COMPARED_AT_ONCE = 20
"""Templates that are written down in one transaction, during which nobody else releases one."""
COMPARING = "compare"
COMPARING_EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)


def keep_house(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    """Do every part of the work; one that fails is logged, done again an hour later, and keeps no other from its turn.

    Each part works in small transactions, so that it may be stopped at any point and bears being run twice at once.
    """
    parts: list[Callable[[Sessions, Ports, Callable[[], datetime]], None]] = [
        _forget,
        _forget_uploads,
        _remove_tryouts,
        _erase_closed_workspaces,
        _delete_blobs,
        take_snapshot,
    ]
    failed = 0
    for part in parts:
        try:
            part(sessions, ports, now)
        except Exception:
            failed += 1
            log.exception("A part of the housekeeping failed: %s", part.__name__)
    with unit_of_work(sessions) as (session, _):
        note_round(session, now(), failed)


def forget(ctx: Context) -> None:
    """Delete what is kept for a while only, such as answers, sessions, mails, calls, deleted apps, takeouts."""
    forget_expired(ctx)
    forget_old_calls(ctx.session, ctx.now())
    forget_old_failures(ctx)
    forget_ended_sessions(ctx)
    forget_old_resets(ctx)
    forget_spent_challenges(ctx)
    forget_old_invitations(ctx)
    forget_old_mails(ctx.session, ctx.now())
    cursors.forget_expired(ctx.session, ctx.now())
    forget_old_deliveries(ctx.session, ctx.now())
    erase_deleted_apps(ctx.session, ctx.now())
    forget_old_takeouts(ctx.session, ctx.now())
    sum_up_old_days(ctx.session, ctx.now())


def take_snapshot(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    """Pack the columns of search for processes that begin, if many entries changed since it was done."""
    with unit_of_work(sessions, writes=False) as (session, after_commit):
        ctx = Context(session, SYSTEM, now, after_commit, ports)
        columns = columns_of(ctx) if is_snapshot_due(ctx) else None
    if columns is not None:
        with unit_of_work(sessions) as (session, after_commit):
            keep_snapshot(Context(session, SYSTEM, now, after_commit, ports), columns)


def compare_templates(
    sessions: Sessions,
    ports: Ports,
    now: Callable[[], datetime],
    age: timedelta,
    *,
    most: int | None = None,
) -> None:
    """Compare the templates whose last comparison is older; nobody waits but while the outcome is written."""

    def context(session: Session, after_commit: AfterCommit) -> Context:
        return Context(session, SYSTEM, now, after_commit, ports)

    with unit_of_work(sessions, writes=False) as work:
        due = similar.due_for_comparison(context(*work), now() - age)[:most]
    for start in range(0, len(due), COMPARED_AT_ONCE):
        batch = due[start : start + COMPARED_AT_ONCE]
        with unit_of_work(sessions, writes=False) as work:
            found = similar.find_neighbours(context(*work), batch)
        with unit_of_work(sessions) as work:
            similar.write_neighbours(context(*work), found)


class Periodic:
    """A sweep that finds an errand due when it was last found so long ago, or never."""

    def __init__(self, job: str = JOB, every: timedelta = EVERY) -> None:
        """Begin with the errand due."""
        self._job, self._every = job, every
        self._next: datetime | None = None

    def due(self, now: datetime) -> list[Errand]:
        """Return the errand, at most once in its time."""
        if self._next is not None and self._next - self._every <= now < self._next:
            return []  # A clock that was set back must not put it off for as long as that.
        self._next = now + self._every
        return [(self._job, "expired")]


def compare_some(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    """Renew the similar templates of those who wait for it longest."""
    compare_templates(sessions, ports, now, COMPARED_EVERY, most=COMPARED_IN_A_TURN)


def _forget(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    with unit_of_work(sessions) as (session, after_commit):
        forget(Context(session, SYSTEM, now, after_commit, ports))


def _forget_uploads(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:  # noqa: ARG001 - one shape
    forgotten = True
    while forgotten:
        with unit_of_work(sessions) as (session, _):
            forgotten = bool(forget_unused_uploads(session, now()))


def _remove_tryouts(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    removed = remove_expired_tryouts(sessions, ports, now)
    if removed:
        log.info("Removed %s try-outs whose time had come", removed)


def _erase_closed_workspaces(
    sessions: Sessions,
    ports: Ports,  # noqa: ARG001 - one shape
    now: Callable[[], datetime],
) -> None:
    erased = erase_closed_workspaces(sessions, now())
    if erased:
        log.info("Erased what was in %s closed workspaces", erased)


def _delete_blobs(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    deleted = delete_abandoned_blobs(sessions, ports.blobs, now())
    if deleted:
        log.info("Deleted %s blobs that nothing names any more", deleted)
