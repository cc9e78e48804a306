"""The job that carries an export out, from the beginning, however often it was begun before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.exports.drafting import draft_apps
from marketplace.exports.logbook import Logbook, Opened
from marketplace.exports.models import UNDER_WAY, Export, ExportState
from marketplace.installs.run import Connect
from marketplace.jobs.ending import carry_out
from marketplace.jobs.lease import JobLease, JobRow
from marketplace.jobs.workers import Workers
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import KintoneFailure
from marketplace.kintone.patience import PatientTransport


def run_export(  # noqa: PLR0913, PLR0917 - what the composition root binds, and the stand-ins of tests
    sessions: Sessions,
    ports: Ports,
    connect: Connect,
    export_id: str,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    workers: Workers | None = None,
) -> None:
    """Carry an export out, or return quietly when another worker does, or nothing is left to do.

    May be stopped at any point and called again, in any process: it only reads, and keeps all that came of it at once.
    """
    lease = JobLease(sessions, JobRow.of(Export, export_id, UNDER_WAY, ExportState.RUNNING), now, workers)
    logbook = Logbook(sessions, ports, lease, export_id, now)

    def work() -> None:
        opened = logbook.open()
        with unit_of_work(sessions, writes=False) as (session, _after_commit):
            client = connect(session, opened.export.workspace_id, opened.export.reads_as)
        patient = _in_space(client, opened).through(PatientTransport(client.transport, lease.keep, sleep))
        logbook.complete(draft_apps(patient, opened.order, opened.history, logbook.note))

    carry_out(f"Export {export_id}", lease, work, logbook.fail, (KintoneFailure, DomainError))


def _in_space(client: KintoneClient, opened: Opened) -> KintoneClient:
    """Return a client of the guest space the order names, unless the connection leads into one anyway."""
    space = client.guest_space or opened.order.guest_space
    return KintoneClient(client.transport, guest_space=space)
