"""The right to make one takeout; one that was left begins anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from marketplace.db.unit_of_work import Sessions
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout, TakeoutState
from marketplace.jobs.lease import JobLease, JobRow
from marketplace.jobs.workers import Workers


class TakeoutLease(JobLease):
    """The lease of a takeout."""

    def __init__(
        self, sessions: Sessions, takeout_id: str, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare the lease; it holds nothing before `take`."""
        self.takeout_id = takeout_id
        row = JobRow(
            is_it=Takeout.id == takeout_id,
            state=Takeout.state,
            under_way=UNDER_WAY,
            running=TakeoutState.RUNNING,
            owner=Takeout.lease_owner,
            until=Takeout.lease_until,
        )
        super().__init__(sessions, row, now, workers)
