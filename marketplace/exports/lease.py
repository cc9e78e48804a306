"""The right to run one export; an export that was left begins anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from marketplace.db.unit_of_work import Sessions
from marketplace.exports.models import UNDER_WAY, Export, ExportState
from marketplace.jobs.lease import JobLease, JobRow
from marketplace.jobs.workers import Workers


class ExportLease(JobLease):
    """The lease of an export."""

    def __init__(
        self, sessions: Sessions, export_id: str, now: Callable[[], datetime], workers: Workers | None = None
    ) -> None:
        """Prepare the lease; it holds nothing before `take`."""
        self.export_id = export_id
        row = JobRow(
            is_it=Export.id == export_id,
            state=Export.state,
            under_way=UNDER_WAY,
            running=ExportState.RUNNING,
            owner=Export.lease_owner,
            until=Export.lease_until,
        )
        super().__init__(sessions, row, now, workers)
