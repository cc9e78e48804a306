"""Reads the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEvent
from marketplace.audit.policy import require_auditor
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, CursorInvalidError, Page, read_cursor, write_cursor


def list_events(ctx: Context, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[AuditEvent]:
    """Return what was done for the caller's municipality, newest first."""
    code = require_auditor(ctx.actor)
    size = max(1, min(limit, MAX_LIMIT))
    wanted = select(AuditEvent).where(AuditEvent.municipality_code == code)
    if cursor is not None:
        wanted = wanted.where(tuple_(AuditEvent.at, AuditEvent.id) < _read_place(cursor))
    found = list(ctx.session.scalars(wanted.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(size + 1)))
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], write_cursor((last.at.isoformat(), last.id)) if last else None)


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
