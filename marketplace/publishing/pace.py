"""Holds publishers to a pace, by the releases that are in the database: it counts alike on all machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from marketplace.catalog.moments import moments_of_new_templates, moments_of_updates
from marketplace.catalog.queries import find_template
from marketplace.kernel.context import Context
from marketplace.kernel.pacing import Pace, PublishingPace
from marketplace.publishing.errors import ReleasedTooFastError

AS_THEY_LIKE = PublishingPace()


def require_pace(ctx: Context, publisher_code: str, slug: str) -> None:
    """Refuse a release that comes too soon after the others of its kind. Raises ReleasedTooFastError."""
    paces = ctx.ports.publishing_pace
    if paces == AS_THEY_LIKE:
        return
    is_new = find_template(ctx, publisher_code, slug) is None
    pace = paces.new_templates if is_new else paces.versions
    if pace is None:
        return
    moments_of = moments_of_new_templates if is_new else moments_of_updates
    wait = wait_of(pace, moments_of(ctx, publisher_code), ctx.now())
    if wait > timedelta(0):
        raise ReleasedTooFastError(retry_after=math.ceil(wait.total_seconds()))


def wait_of(pace: Pace, before: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long the next release has to wait, given the moments of the earlier ones, newest first.

    From each of them on until now there may be a whole burst, and one more for each interval that has passed.
    """
    waits = (
        (count + 1 - pace.burst) * pace.every - (now - moment)
        for count, moment in enumerate(before, 1)
        if moment <= now
    )
    return max(waits, default=timedelta(0))
