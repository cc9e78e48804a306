"""Forgets what is kept for a while only; the worker does it once an hour."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.accounts.throttle import forget_old_failures
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.idempotency.services import forget_expired
from marketplace.installs.calls import forget_old_calls
from marketplace.jobs.huey_queue import Errand
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.sandbox.cursors import services as cursors
from marketplace.sandbox.files import forget_unused_uploads
from marketplace.sandbox.spaces.erasing import erase_deleted_apps
from marketplace.sandbox.webhooks.outbox import forget_old_deliveries
from marketplace.storage.keeping import delete_abandoned_blobs
from marketplace.tryouts.removal import remove_expired_tryouts
from marketplace.workspaces.closing import erase_closed_workspaces

JOB = "forget"
EVERY = timedelta(hours=1)

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
    ]
    for part in parts:
        try:
            part(sessions, ports, now)
        except Exception:
            log.exception("A part of the housekeeping failed: %s", part.__name__)


def forget(ctx: Context) -> None:
    """Delete what is kept for a while only: answers, failures to sign in, calls, cursors, deliveries, deleted apps."""
    forget_expired(ctx)
    forget_old_calls(ctx.session, ctx.now())
    forget_old_failures(ctx)
    cursors.forget_expired(ctx.session, ctx.now())
    forget_old_deliveries(ctx.session, ctx.now())
    erase_deleted_apps(ctx.session, ctx.now())


class Hourly:
    """A sweep that finds the errand due when it was last found an hour ago or never."""

    def __init__(self) -> None:
        """Begin with the errand due."""
        self._next: datetime | None = None

    def due(self, now: datetime) -> list[Errand]:
        """Return the errand, at most once an hour."""
        if self._next is not None and now < self._next:
            return []
        self._next = now + EVERY
        return [(JOB, "expired")]


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
