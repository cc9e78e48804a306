"""Reads the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from marketplace.audit.models import ISSUES, AuditEvent
from marketplace.audit.policy import require_auditor
from marketplace.db.reading import read_rows
from marketplace.kernel.actor import ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, CursorInvalidError, Page, read_cursor, write_cursor

UNSHOWN = frozenset({"report.sent"})
"""Acts that the log keeps and no colleague is told of: who reported something is known to the operator alone."""
AT_ONCE = 200
_event = AuditEvent.__table__.c
_LAST_ACTOR = (
    select(_event.actor_id)
    .where(_event.municipality_code == bindparam("municipality"), _event.actor_kind == bindparam("actor_kind"))
    .where(_event.act.in_(bindparam("acts", expanding=True)))
    .where(_event.subject_kind == bindparam("kind"), _event.subject_id == bindparam("identifier"))
    .order_by(_event.at.desc(), _event.id.desc())
    .limit(1)
)
_ISSUER = (
    select(_event.actor_id)
    .where(ISSUES, _event.subject_kind == "token", _event.subject_id == bindparam("token"))
    .where(_event.municipality_code == bindparam("municipality"), _event.actor_kind == ActorKind.PERSON.value)
)
"""Made once: each upload with a token asks it. Without an order, for which SQLite would go through the whole log."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which acts to list; what is empty leaves it open."""

    who: str = ""
    """A part of the name of a person or a token."""
    kinds: tuple[str, ...] = ()
    """What stands before the point in the names of acts."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that does not count any more."""
    about: str = ""
    """A part of what the log keeps of an act, or the id of its subject."""
    about_people: tuple[str, ...] = ()
    """Ids of people who may be what is looked for, too."""


EVERYTHING = EventFilter()


def list_events(
    ctx: Context, cursor: str | None = None, limit: int = DEFAULT_LIMIT, wanted: EventFilter = EVERYTHING
) -> Page[AuditEvent]:
    """Return what was done for the caller's municipality, newest first."""
    size = max(1, min(limit, MAX_LIMIT))
    rows = _chosen(require_auditor(ctx.actor), wanted)
    if cursor is not None:
        rows = rows.where(tuple_(AuditEvent.at, AuditEvent.id) < _read_place(cursor))
    found = list(ctx.session.scalars(rows.limit(size + 1)))
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], write_cursor((last.at.isoformat(), last.id)) if last else None)


def stream_events(ctx: Context, wanted: EventFilter = EVERYTHING) -> Iterator[Sequence[AuditEvent]]:
    """Yield the same, all of it, some acts at a time."""
    rows = _chosen(require_auditor(ctx.actor), wanted).execution_options(yield_per=AT_ONCE)
    yield from ctx.session.scalars(rows).partitions()


def _chosen(code: str, wanted: EventFilter) -> Select[AuditEvent]:
    rows = select(AuditEvent).where(AuditEvent.municipality_code == code, AuditEvent.act.not_in(UNSHOWN))
    if wanted.who:
        rows = rows.where(func.lower(AuditEvent.actor_name).contains(wanted.who.lower(), autoescape=True))
    if wanted.kinds:
        rows = rows.where(or_(*(AuditEvent.act.startswith(f"{kind}.", autoescape=True) for kind in wanted.kinds)))
    if wanted.since is not None:
        rows = rows.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(AuditEvent.at < wanted.until)
    if wanted.about:
        rows = rows.where(_is_about(wanted))
    return rows.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def _is_about(wanted: EventFilter) -> ColumnElement[bool]:
    kept = func.lower(cast(AuditEvent.facts, String))
    # SQLite keeps the letters of Japanese by their numbers, PostgreSQL as they are.
    forms = {wanted.about.lower(), json.dumps(wanted.about)[1:-1].lower()}
    return or_(
        AuditEvent.subject_id == wanted.about,
        and_(AuditEvent.subject_kind == "person", AuditEvent.subject_id.in_(wanted.about_people)),
        *(kept.contains(form, autoescape=True) for form in sorted(forms)),
    )


def _read_place(cursor: str) -> tuple[datetime, str]:
    at, identifier = read_cursor(cursor, 2)
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError as error:
        raise CursorInvalidError from error
    if moment.tzinfo is None:
        raise CursorInvalidError
    return moment, str(identifier)


def find_actor_name(session: Session, act: str, subject: str, *, municipality_code: str, since: datetime) -> str | None:
    """Return by what name somebody did something to a subject, the first time since a moment; None if unknown."""
    kind, _, identifier = subject.partition(":")
    found = (
        select(AuditEvent.actor_name)
        .where(AuditEvent.municipality_code == municipality_code, AuditEvent.at >= since)
        .where(AuditEvent.act == act, AuditEvent.subject_kind == kind, AuditEvent.subject_id == identifier)
        .order_by(AuditEvent.at, AuditEvent.id)
        .limit(1)
    )
    return session.scalar(found)


def find_latest_actors(session: Session, acts: Sequence[str], *, municipality_code: str) -> dict[str, str]:
    """Return by subject (`token:<id>`) the id of the person who did one of some acts to it last."""
    done = (
        select(AuditEvent.subject_kind, AuditEvent.subject_id, AuditEvent.actor_id)
        .where(AuditEvent.municipality_code == municipality_code, AuditEvent.act.in_(acts))
        .where(AuditEvent.actor_kind == ActorKind.PERSON.value, AuditEvent.actor_id.is_not(None))
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    return {f"{row.subject_kind}:{row.subject_id}": row.actor_id for row in session.execute(done)}


def find_actor(
    session: Session, acts: Sequence[str], subject: str, actor_kind: ActorKind, *, municipality_code: str
) -> str | None:
    """Return the id of whom of a kind did one of some acts to a subject last; None if unknown."""
    kind, _, identifier = subject.partition(":")
    given = {"municipality": municipality_code, "actor_kind": actor_kind.value, "acts": list(acts)}
    found: str | None = read_rows(session, _LAST_ACTOR, {**given, "kind": kind, "identifier": identifier}).scalar()
    return found


def find_issuer(session: Session, token_id: str, *, municipality_code: str) -> str | None:
    """Return the id of the person who issued a token; None if unknown."""
    given = {"token": token_id, "municipality": municipality_code}
    found: str | None = read_rows(session, _ISSUER, given).scalar()
    return found
