"""Adds and changes records; each call is all or nothing and costs a small, constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import JsonObject
from marketplace.sandbox.models import App
from marketplace.sandbox.records.changes import Change, Written, begin_write
from marketplace.sandbox.records.errors import TOO_MANY_ADDED, TOO_MANY_UPDATED
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.requests import UpdateRequest, read_batch, read_cells, read_update
from marketplace.sandbox.records.update_keys import resolve, resolve_existing
from marketplace.sandbox.webhooks import events


def add_record(session: Session, caller: Caller, app: App, values: Any, now: datetime) -> Written:
    """Add one record; `values` is the raw `record` of the call, None for a record of defaults."""
    require(session, caller, app, "add")
    written = begin_write(session, caller, app, now).write([Change("record", read_cells(values))])[0]
    events.record_added(session, caller, app, written.record_id, now)
    return written


def add_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Add up to 100 records; `records` is the raw list of the call."""
    require(session, caller, app, "add")
    raws = read_batch(records, "records", TOO_MANY_ADDED)
    changes = [Change(f"records[{position}]", read_cells(raw)) for position, raw in enumerate(raws)]
    return begin_write(session, caller, app, now).write(changes) if changes else []


def update_record(session: Session, caller: Caller, app: App, body: Any, now: datetime) -> Written:
    """Change one record; `body` holds id or updateKey, record, revision."""
    require(session, caller, app, "edit")
    request = read_update(body, "record", "")
    call = begin_write(session, caller, app, now)
    written = call.write(_changes(resolve_existing(session, call.access.form_seen, [request])))[0]
    events.record_updated(session, caller, app, written.record_id, now)
    return written


def update_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records; every one must exist."""
    require(session, caller, app, "edit")
    requests = _read_updates(records)
    if not requests:
        return []
    call = begin_write(session, caller, app, now)
    return call.write(_changes(resolve_existing(session, call.access.form_seen, requests)))


def upsert_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records, adding those whose update key no record has; answers in the order sent."""
    require(session, caller, app, "edit")
    require(session, caller, app, "add")
    requests = _read_updates(records)
    if not requests:
        return []
    call = begin_write(session, caller, app, now)
    return call.write(_changes(resolve(session, call.access.form_seen, requests)))


def _read_updates(records: Any) -> list[UpdateRequest]:
    return [
        read_update(raw, f"records[{position}]", f"records[{position}].")
        for position, raw in enumerate(read_batch(records, "records", TOO_MANY_UPDATED))
    ]


def _changes(found: Iterable[tuple[UpdateRequest, int | None]]) -> list[Change]:
    """Return what a call wants of the records it names; a key that no record has asks for a new one."""
    return [
        Change(request.root, request.values, number, request.revision)
        if number is not None
        else Change(request.root, _with_key(request))
        for request, number in found
    ]


def _with_key(request: UpdateRequest) -> JsonObject:
    """Return the values of a record to add: its update key is one of them."""
    return request.values | {request.key_code: request.key_value}
