"""What the database tells of the service's work, for those who watch it from outside: what waits, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.db.migrating import revision_of
from marketplace.exports.models import Export, ExportState
from marketplace.exports.services import JOB as EXPORT_JOB
from marketplace.holdings.takeouts.models import Takeout, TakeoutState
from marketplace.holdings.takeouts.services import JOB as TAKEOUT_JOB
from marketplace.installs.checks.models import CheckState, InstallationCheck
from marketplace.installs.checks.services import JOB as CHECK_JOB
from marketplace.installs.models import Import, ImportMode, ImportState
from marketplace.installs.services import JOB as IMPORT_JOB
from marketplace.jobs.heartbeat import count_alive
from marketplace.mail.models import Mail, MailState
from marketplace.mail.services import JOB as MAIL_JOB
from marketplace.operating.outcomes import find_outcomes
from marketplace.operating.rounds import find_last_round
from marketplace.sandbox.deploys.models import Deploy
from marketplace.sandbox.deploys.services import JOB as DEPLOY_JOB
from marketplace.sandbox.webhooks.models import Delivery, DeliveryState
from marketplace.sandbox.webhooks.posting import JOB as WEBHOOK_JOB


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind that nobody is at, though it is due."""

    job: str
    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Watched:
    """How the work stands at one moment."""

    seen_at: datetime
    revision: str
    waiting: list[Waiting]
    imports: dict[str, int]
    last_housekeeping: datetime | None
    workers: int
    commands: dict[str, tuple[datetime, int]]
    """When a command that a timer gives ended last, and how much it had to complain of."""


@dataclass(frozen=True, slots=True)
class _Kind:
    job: str
    asked_at: InstrumentedAttribute[Any]
    is_due: ColumnElement[bool]


def look_at_work(session: Session, now: datetime) -> Watched:
    """Return how the work stands; one statement a kind."""
    last = find_last_round(session)
    states = select(Import.state, func.count()).group_by(Import.state)
    found = {state.value: count for state, count in session.execute(states)}
    return Watched(
        seen_at=now,
        revision=revision_of(session.connection()) or "",
        waiting=[_waiting(session, kind) for kind in _kinds(now)],
        imports={state.value: found.get(state.value, 0) for state in ImportState},
        last_housekeeping=last.ended_at if last else None,
        workers=count_alive(session, now),
        commands={name.value: (each.ended_at, each.count) for name, each in find_outcomes(session).items()},
    )


def _waiting(session: Session, kind: _Kind) -> Waiting:
    counted = select(func.count(), func.min(kind.asked_at)).where(kind.is_due)
    count, since = session.execute(counted).one()
    return Waiting(kind.job, count, since)


def _kinds(now: datetime) -> Sequence[_Kind]:
    resting = func.coalesce(Import.not_before > now, False)
    is_pushed = Import.mode == ImportMode.PUSH
    return [
        _Kind(IMPORT_JOB, Import.created_at, (Import.state == ImportState.QUEUED) & is_pushed & ~resting),
        _Kind(EXPORT_JOB, Export.created_at, Export.state == ExportState.QUEUED),
        _Kind(CHECK_JOB, InstallationCheck.asked_at, InstallationCheck.state == CheckState.QUEUED),
        _Kind(TAKEOUT_JOB, Takeout.created_at, Takeout.state == TakeoutState.QUEUED),
        _Kind(DEPLOY_JOB, Deploy.started_at, or_(Deploy.lease_until.is_(None), Deploy.lease_until <= now)),
        _Kind(MAIL_JOB, Mail.written_at, Mail.state == MailState.WAITING),
        _Kind(WEBHOOK_JOB, Delivery.created_at, Delivery.state == DeliveryState.PENDING),
    ]
