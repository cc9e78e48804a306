"""Writes down how a running check stands, each time in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bundle.model import Bundle
from marketplace.catalog import queries as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.installs.checks.models import UNDER_WAY, CheckState, InstallationCheck
from marketplace.installs.checks.sentences import describe_failure
from marketplace.installs.checks.subject import Subject, open_subject
from marketplace.installs.models import Installation
from marketplace.installs.tailoring import tailored_bundle
from marketplace.installs.verification import Verification
from marketplace.jobs.lease import JobLease, JobLostError, JobRow
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports


@dataclass(frozen=True, slots=True)
class Opened:
    """A check as its worker found it."""

    subject: Subject
    bundle: Bundle
    """As it was installed here."""


def row_of(installation_id: str) -> JobRow:
    """Return the row of a check, for its lease."""
    return JobRow(
        is_it=InstallationCheck.installation_id == installation_id,
        state=InstallationCheck.state,
        under_way=UNDER_WAY,
        running=CheckState.RUNNING,
        owner=InstallationCheck.lease_owner,
        until=InstallationCheck.lease_until,
    )


class Logbook:
    """The record of one check, in the hand of the worker that holds the lease."""

    def __init__(
        self, sessions: Sessions, ports: Ports, lease: JobLease, installation_id: str, now: Callable[[], datetime]
    ) -> None:
        """Keep what each entry needs."""
        self._sessions = sessions
        self._ports = ports
        self._lease = lease
        self._installation_id = installation_id
        self._now = now

    def open(self) -> Opened:
        """Read what is to be compared, and begin at the first app. Raises JobLostError and what `open_subject` does."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            check = self._check(session)
            check.started_at, check.done = check.started_at or self._now(), 0
            subject = open_subject(session, self._installation_id)
            version = session.get_one(TemplateVersion, subject.import_.version_id)
            bundle = catalog.load_bundle(self._context(session, after_commit), version)
            return Opened(subject, tailored_bundle(bundle, subject.import_))

    def note(self, done: int) -> None:
        """Tell those who watch how many apps have been read. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            self._lease.hold(session)
            self._check(session).done = done

    def complete(self, verification: Verification) -> None:
        """End the check with what it showed. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            check = self._end(session, CheckState.DONE)
            check.result, check.checked_at = verification.as_document(), check.finished_at
            facts = {"result": verification.result.value, "differences": verification.count}
            self._audit(session, after_commit, "installation.checked", **facts)

    def fail(self, error: Exception) -> None:
        """End the check with the reason, and keep the result of the one before; quietly if it is another's by now."""
        with suppress(JobLostError), unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            failure = describe_failure(error)
            self._end(session, CheckState.FAILED).error = failure.as_document()
            self._audit(session, after_commit, "installation.check-failed", code=failure.code)

    def _end(self, session: Session, state: CheckState) -> InstallationCheck:
        check = self._check(session)
        check.state = state
        check.finished_at = self._now()
        check.lease_owner = check.lease_until = None
        return check

    def _check(self, session: Session) -> InstallationCheck:
        return session.get_one(InstallationCheck, self._installation_id)

    def _context(self, session: Session, after_commit: AfterCommit) -> Context:
        return Context(session=session, actor=SYSTEM, now=self._now, after_commit=after_commit, ports=self._ports)

    def _audit(self, session: Session, after_commit: AfterCommit, act: str, **facts: object) -> None:
        code = session.get_one(Installation, self._installation_id).municipality_code
        subject = f"installation:{self._installation_id}"
        audit.record(self._context(session, after_commit), act, subject, municipality_code=code, **facts)
