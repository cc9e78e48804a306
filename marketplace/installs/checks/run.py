"""The job that carries a check out, from the beginning, however often it was begun before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from marketplace.bundle.matching import Mismatch
from marketplace.bundle.model import AppDefinition, PartName
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.checks.logbook import Logbook, row_of
from marketplace.installs.reading_back import Comparison, Place, compare_app, look_again
from marketplace.installs.run import Connect
from marketplace.installs.verification import Verification
from marketplace.jobs.ending import carry_out
from marketplace.jobs.lease import JobLease
from marketplace.jobs.workers import Workers
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ports import Ports
from marketplace.kintone.errors import FailureKind, KintoneFailure, KintoneUncallableError
from marketplace.kintone.patience import PatientTransport

GONE = "GAIA_AP01"
"""kintone's code for an app that is not there."""


def run_check(  # noqa: PLR0913, PLR0917 - what the composition root binds, and the stand-ins of tests
    sessions: Sessions,
    ports: Ports,
    connect: Connect,
    installation_id: str,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    workers: Workers | None = None,
) -> None:
    """Carry a check out, or return quietly when another worker does, or nothing is left to do.

    May be stopped at any point and called again, in any process: it only reads, and keeps what came of it at once.
    """
    lease = JobLease(sessions, row_of(installation_id), now, workers)
    logbook = Logbook(sessions, ports, lease, installation_id, now)

    def work() -> None:
        opened = logbook.open()
        installation, import_ = opened.subject.installation, opened.subject.import_
        with unit_of_work(sessions, writes=False) as (session, _after_commit):
            client = connect(session, installation.workspace_id)
        patient = client.through(PatientTransport(client.transport, lease.keep, sleep))
        place = Place(patient, opened.bundle, installation.app_ids, import_.placeholders)
        logbook.complete(_compare(place, logbook.note, sleep))

    name = f"The check of installation {installation_id}"
    carry_out(name, lease, work, logbook.fail, (KintoneFailure, DomainError))


def _compare(place: Place, note: Callable[[int], None], sleep: Callable[[float], None]) -> Verification:
    """Compare each app of an installation in turn."""
    found: list[Comparison] = []
    for app in place.bundle.apps:
        found.append(_compare_one(place, app, sleep))
        note(len(found))
    return Verification.of(
        [one for comparison in found for one in comparison.mismatches],
        [one for comparison in found for one in comparison.unread],
    )


def _compare_one(place: Place, app: AppDefinition, sleep: Callable[[float], None]) -> Comparison:
    """Compare an app; one that was deleted since is a difference like others, told once and not for every part."""
    if _is_gone(place, app):
        return Comparison([Mismatch(app.key, PartName.SETTINGS, "", {"name": app.name}, None)], ())
    # Unlike right after an install, a difference is nothing to look at twice: people change what they use.
    return look_again(lambda: compare_app(place, app), lambda seen: not seen.unread, sleep)


def _is_gone(place: Place, app: AppDefinition) -> bool:
    """Tell whether an app is not there any more. Raises KintoneFailure where no app could be read."""
    try:
        place.client.get_app(place.app_ids[app.key])
    except KintoneFailure as failure:
        is_shut = failure.status == HTTPStatus.UNAUTHORIZED or isinstance(failure, KintoneUncallableError)
        if is_shut or failure.kind is not FailureKind.PERMANENT:
            raise
        return failure.code == GONE
    return False
