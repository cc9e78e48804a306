"""Deletes records; each call is all or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, true
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError, RecordRevisionError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.requests import read_deletes
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act
from marketplace.sandbox.webhooks import events


def delete_record(session: Session, caller: Caller, app: App, record_id: int, now: datetime) -> None:
    """Delete one record, which webhooks hear of, unlike bulk deletions. Raises RecordNotFoundError."""
    delete_records(session, caller, app, [record_id], now=now)
    events.record_deleted(session, caller, app, record_id, now)


def delete_records(
    session: Session, caller: Caller, app: App, ids: Any, revisions: Any = None, now: datetime | None = None
) -> None:
    """Delete 1 to 100 records, or none: raises RecordNotFoundError, NoPrivilegeError or RecordRevisionError."""
    require(session, caller, app, "delete")
    requests = read_deletes(ids, revisions)
    wanted = {request.record_id for request in requests}
    condition = (Record.app_pk == app.pk, Record.record_id.in_(wanted))
    allowed = (
        true()
        if caller.is_unlimited
        else record_condition(live_form(session, app), caller, now or utc_now(), Act.DELETE)
    )
    rows = session.execute(select(Record.record_id, Record.revision, allowed).where(*condition).with_for_update())
    present = {number: (revision, may) for number, revision, may in rows}
    for request in requests:
        if request.record_id not in present:
            raise RecordNotFoundError(id=request.record_id)
        revision, may = present[request.record_id]
        if not may:
            raise NoPrivilegeError
        if request.revision not in {None, revision}:
            raise RecordRevisionError
    session.execute(delete(Record).where(*condition))
