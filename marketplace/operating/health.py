"""How the service fares at this moment: database, storage, search, mail, machine, housekeeping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import require_operator
from marketplace.catalog.visits.queries import find_last_counting
from marketplace.db.migrating import is_usable
from marketplace.jobs.heartbeat import count_alive
from marketplace.kernel.context import Context
from marketplace.kernel.errors import UnavailableError
from marketplace.kernel.machine import Space
from marketplace.kernel.mail import Delivery
from marketplace.kernel.ports import BlobStore
from marketplace.mail.models import Mail, MailState
from marketplace.operating.models import CommandOutcome, HousekeepingRound, WatchedCommand
from marketplace.operating.outcomes import find_outcomes
from marketplace.operating.rounds import find_last_round
from marketplace.search.models import SearchSnapshot, SearchState

LOOKED_BACK = timedelta(days=7)
NO_BLOB = "0" * 64
"""A digest that no content has; asking for it tells whether the storage answers."""


@dataclass(frozen=True, slots=True)
class MailHealth:
    """Letters on their way, and those that did not get there of late."""

    delivery: Delivery
    waiting: int
    waiting_since: datetime | None
    given_up: int


@dataclass(frozen=True, slots=True)
class Health:
    """What holds at one moment; the housekeeping alone tells of an earlier one."""

    seen_at: datetime
    database: str
    """What it is: sqlite or postgresql. That it answers, the answer itself shows."""
    is_schema_newest: bool
    does_storage_answer: bool
    workers: int
    """By their locks where there are some, else by their beats: of all machines."""
    space: Space | None
    search_revision: int | None
    snapshot_revision: int | None
    mail: MailHealth
    last_round: HousekeepingRound | None
    commands: Mapping[WatchedCommand, CommandOutcome]
    last_counting: datetime | None


def look_at_health(ctx: Context) -> Health:
    """Return how the service fares, for those who run it."""
    require_operator(ctx.actor)
    session, machine = ctx.session, ctx.ports.machine
    revision = select(SearchState.revision, select(SearchSnapshot.revision).limit(1).scalar_subquery())
    searched = session.execute(revision.limit(1)).one_or_none()
    counted = machine.count_workers()
    return Health(
        seen_at=ctx.now(),
        database=session.get_bind().dialect.name,
        is_schema_newest=is_usable(session.connection()),
        does_storage_answer=_answers(ctx.ports.blobs),
        workers=count_alive(session, ctx.now()) if counted is None else counted,
        space=machine.measure_space(),
        search_revision=searched[0] if searched else None,
        snapshot_revision=searched[1] if searched else None,
        mail=_mail(session, ctx.ports.mailer.delivery, ctx.now() - LOOKED_BACK),
        last_round=find_last_round(session),
        commands=find_outcomes(session),
        last_counting=find_last_counting(session),
    )


def _answers(blobs: BlobStore) -> bool:
    try:
        blobs.exists(NO_BLOB)
    except (UnavailableError, OSError):
        return False
    return True


def _mail(session: Session, delivery: Delivery, since: datetime) -> MailHealth:
    waiting = Mail.state == MailState.WAITING
    given_up = (Mail.state == MailState.GIVEN_UP) & (Mail.written_at >= since)
    counts = select(
        func.count().filter(waiting), func.min(Mail.written_at).filter(waiting), func.count().filter(given_up)
    ).where(waiting | given_up)
    number, oldest, failed = session.execute(counts).one()
    return MailHealth(delivery, number, oldest, failed)
