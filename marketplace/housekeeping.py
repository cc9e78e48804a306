"""Forgets what is kept for a while only; the worker does it once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.accounts.throttle import forget_old_failures
from marketplace.idempotency.services import forget_expired
from marketplace.jobs.huey_queue import Errand
from marketplace.kernel.context import Context
from marketplace.sandbox.cursors import services as cursors
from marketplace.sandbox.spaces.erasing import erase_deleted_apps
from marketplace.sandbox.webhooks.outbox import forget_old_deliveries

JOB = "forget"
EVERY = timedelta(hours=1)


def forget(ctx: Context) -> None:
    """Delete what is kept for a while only.

    That is answers to repeated requests, failures to sign in, cursors, deliveries, and apps deleted long ago.
    """
    forget_expired(ctx)
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
