"""How long to leave a workspace alone that can't take calls for the moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

SHORT = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds before each further try of a step by the same worker, before chance."""
LONGEST_SHORT = 10.0
"""More than this is no pause for a worker, who has other work: the import is set aside."""
FIRST_REST = timedelta(seconds=20)
LONGEST_REST = timedelta(minutes=15)
GROWTH = 0.5
"""Each rest lasts this part of the time waited so far, so that they grow by themselves."""
LONGEST_WAIT = timedelta(hours=6)
"""How long an import waits in all without any step being done, before it ends as failed."""


def short_pauses() -> Iterator[float]:
    """Yield the pauses, each a little longer or shorter by chance, so that not everybody comes back at once."""
    for seconds in SHORT:
        yield seconds * random.uniform(0.75, 1.25)  # noqa: S311 - chance, no secret


def next_try(waiting_since: datetime, now: datetime, retry_after: float | None) -> datetime | None:
    """Return when to try again, never before the other side wants it; None when there was time enough."""
    waited = now - waiting_since
    rest = min(max(waited * GROWTH, FIRST_REST), LONGEST_REST) * random.uniform(0.75, 1.0)  # noqa: S311 - as above
    wanted = timedelta(seconds=min(retry_after or 0.0, LONGEST_WAIT.total_seconds() + 1))
    rest = max(rest, wanted)
    return None if waited + rest > LONGEST_WAIT else now + rest
