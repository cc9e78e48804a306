"""Deletes records; each call is all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError, RecordRevisionError
from marketplace.sandbox.files import free_files
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.records.content import content_from_json, file_keys, has_files
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.requests import DeleteRequest, read_deletes
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act
from marketplace.sandbox.webhooks import events


def delete_record(
    session: Session, caller: Caller, app: App, record_id: int, now: datetime, revision: str | None = None
) -> None:
    """Delete one record, which webhooks hear of, unlike bulk deletions. Raises what `delete_records` raises."""
    delete_records(session, caller, app, [record_id], [revision], now)
    events.record_deleted(session, caller, app, record_id, now)


def delete_records(
    session: Session, caller: Caller, app: App, ids: Any, revisions: Any = None, now: datetime | None = None
) -> None:
    """Delete 1 to 100 records, or none: raises RecordNotFoundError, NoPrivilegeError or RecordRevisionError."""
    require(session, caller, app, "delete")
    requests = read_deletes(ids, revisions)
    wanted = {request.record_id for request in requests}
    # First of all, as every writer of the app does, so that no two wait for each other.
    session.execute(
        update(App)
        .where(App.pk == app.pk)
        .values(record_count=App.record_count - len(wanted))
        .execution_options(synchronize_session=False)
    )
    form = live_form(session, app)
    condition = (Record.app_pk == app.pk, Record.record_id.in_(wanted))
    allowed = record_condition(form, caller, now or utc_now(), Act.DELETE)
    values = Record.values if has_files(form) else null()
    rows = session.execute(
        select(Record.record_id, Record.revision, allowed, values).where(*condition).with_for_update()
    ).all()
    _require_deletable(requests, {number: (revision, may) for number, revision, may, _ in rows})
    session.execute(delete(Record).where(*condition))
    held = [content_from_json(form, stored) for *_, stored in rows if stored is not None]
    free_files(session, app.site_id, (key for content in held for key in file_keys(form, content)))


def _require_deletable(requests: Sequence[DeleteRequest], present: Mapping[int, tuple[int, bool]]) -> None:
    for request in requests:
        if request.record_id not in present:
            raise RecordNotFoundError(id=request.record_id)
        revision, may = present[request.record_id]
        if not may:
            raise NoPrivilegeError
        if request.revision not in {None, revision}:
            raise RecordRevisionError
