"""Adds, changes and deletes records; each call is all or nothing and costs a small, constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, null, select, update
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import RecordNotFoundError, RecordRevisionError
from marketplace.sandbox.files import attach_sent_files, free_files
from marketplace.sandbox.form import Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import check_principals
from marketplace.sandbox.quotas.services import require_room_for_records
from marketplace.sandbox.records.computing import FormulaPlan, Stamps
from marketplace.sandbox.records.content import Content, content_from_json, content_to_json, file_keys, has_files
from marketplace.sandbox.records.defaults import Birth
from marketplace.sandbox.records.drafts import Draft, DraftMaker
from marketplace.sandbox.records.errors import TOO_MANY_ADDED, TOO_MANY_UPDATED
from marketplace.sandbox.records.index import IN_ONE_STATEMENT, Indexed, check_unique, write_cells
from marketplace.sandbox.records.lookups import copy_lookups
from marketplace.sandbox.records.moments import to_minute
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.problems import Problems
from marketplace.sandbox.records.requests import UpdateRequest, read_batch, read_cells, read_deletes, read_update
from marketplace.sandbox.records.rules import check_rules
from marketplace.sandbox.records.stamps import StampReader
from marketplace.sandbox.records.update_keys import resolve, resolve_existing


@dataclass(frozen=True, slots=True)
class Written:
    """A record after a write: its number, its revision, and INSERT or UPDATE."""

    record_id: int
    revision: int
    operation: str


@dataclass(slots=True)
class _Call:
    """What the steps of one write share."""

    session: Session
    caller: Caller
    app: App
    form: Form
    now: datetime
    problems: Problems
    maker: DraftMaker
    next_record_id: int
    next_row_id: int

    def finish(self, drafts: Sequence[Draft], stamps: Sequence[Stamps], record_ids: Sequence[int]) -> None:
        """Complete and check the drafts; `record_ids` are those of existing records. Raises PlatformErrors."""
        copy_lookups(self.session, self.form, drafts)
        plan = FormulaPlan(self.form)
        for draft, stamp in zip(drafts, stamps, strict=True):
            plan.compute(draft.content, stamp)
            check_rules(self.form, draft.content, draft.root, self.problems)
        check_unique(self.session, self.form, drafts, record_ids, self.problems)
        self.problems.refuse()
        check_principals(self.session, self.form, drafts)
        attach_sent_files(self.session, self.form, drafts, self.now)
        self._number_rows(drafts)

    def _number_rows(self, drafts: Sequence[Draft]) -> None:
        first = self.next_row_id
        for draft in drafts:
            for rows in draft.content.rows.values():
                for row in rows:
                    if row.id is None:
                        row.id = self.next_row_id
                        self.next_row_id += 1
        if self.next_row_id != first:
            self.session.execute(update(App).where(App.pk == self.app.pk).values(last_row_id=self.next_row_id - 1))


def add_record(session: Session, caller: Caller, app: App, values: Any, now: datetime) -> Written:
    """Add one record; `values` is the raw `record` of the call, None for a record of defaults."""
    require(caller, app, "add")
    call = _begin(session, caller, app, now, count=1)
    return _add(call, [("record", read_cells(values))])[0]


def add_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Add up to 100 records; `records` is the raw list of the call."""
    require(caller, app, "add")
    raws = read_batch(records, "records", TOO_MANY_ADDED)
    bodies = [(f"records[{position}]", read_cells(raw)) for position, raw in enumerate(raws)]
    if not bodies:
        return []
    return _add(_begin(session, caller, app, now, count=len(bodies)), bodies)


def update_record(session: Session, caller: Caller, app: App, body: Any, now: datetime) -> Written:
    """Change one record; `body` holds id or updateKey, record, revision."""
    require(caller, app, "edit")
    request = read_update(body, "record", "")
    call = _begin(session, caller, app, now, count=0)
    return _update(call, resolve_existing(session, call.form, [request]))[0]


def update_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records; every one must exist."""
    require(caller, app, "edit")
    requests = _read_updates(records)
    if not requests:
        return []
    call = _begin(session, caller, app, now, count=0)
    return _update(call, resolve_existing(session, call.form, requests))


def upsert_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records, adding those whose update key no record has; answers in the order sent."""
    require(caller, app, "edit")
    require(caller, app, "add")
    requests = _read_updates(records)
    if not requests:
        return []
    call = _begin(session, caller, app, now, count=0)
    found = resolve(session, call.form, requests)
    changes = [(request, number) for request, number in found if number is not None]
    additions = [(position, request) for position, (request, number) in enumerate(found) if number is None]
    written = iter(_update(call, changes) if changes else ())
    answers = {position: next(written) for position, (_, number) in enumerate(found) if number is not None}
    if additions:
        adding = _begin(session, caller, app, now, count=len(additions))
        bodies = [(request.root, _with_key(request)) for _, request in additions]
        answers.update(zip((position for position, _ in additions), _add(adding, bodies), strict=True))
    return [answers[position] for position in range(len(found))]


def delete_records(session: Session, caller: Caller, app: App, ids: Any, revisions: Any = None) -> None:
    """Delete 1 to 100 records. Raises RecordNotFoundError or RecordRevisionError, and then deletes none."""
    require(caller, app, "delete")
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
    values = Record.values if has_files(form) else null()
    rows = session.execute(select(Record.record_id, Record.revision, values).where(*condition).with_for_update())
    present = {number: (revision, held) for number, revision, held in rows}
    for request in requests:
        if request.record_id not in present:
            raise RecordNotFoundError(id=request.record_id)
        if request.revision not in {None, present[request.record_id][0]}:
            raise RecordRevisionError
    session.execute(delete(Record).where(*condition))
    held = [content_from_json(form, values) for _, values in present.values() if values is not None]
    free_files(session, app.site_id, (key for content in held for key in file_keys(form, content)))


def _read_updates(records: Any) -> list[UpdateRequest]:
    return [
        read_update(raw, f"records[{position}]", f"records[{position}].")
        for position, raw in enumerate(read_batch(records, "records", TOO_MANY_UPDATED))
    ]


def _with_key(request: UpdateRequest) -> JsonObject:
    """Return the values of a record to add: its update key is one of them."""
    return request.values | {request.key_code: request.key_value}


def _begin(session: Session, caller: Caller, app: App, now: datetime, *, count: int) -> _Call:
    """Reserve record numbers; the update holds off other writers of the app until the transaction ends.

    Raises AppFullError or SiteFullError.
    """
    last_record_id, last_row_id, record_count = session.execute(
        update(App)
        .where(App.pk == app.pk)
        .values(last_record_id=App.last_record_id + count, record_count=App.record_count + count)
        .returning(App.last_record_id, App.last_row_id, App.record_count)
        .execution_options(synchronize_session=False)
    ).one()
    if count:
        require_room_for_records(session, app, record_count)
    form = live_form(session, app)
    problems = Problems()
    return _Call(
        session=session,
        caller=caller,
        app=app,
        form=form,
        now=to_minute(now),
        problems=problems,
        maker=DraftMaker(form, Birth(to_minute(now), form.timezone, caller.code), problems),
        next_record_id=last_record_id - count + 1,
        next_row_id=last_row_id + 1,
    )


def _add(call: _Call, bodies: Sequence[tuple[str, JsonObject]]) -> list[Written]:
    drafts = [call.maker.new(root, values) for root, values in bodies]
    stamps = StampReader(call.form, call.caller, call.now, call.problems).read(call.session, call.app, bodies)
    call.finish(drafts, stamps, ())
    numbers = range(call.next_record_id, call.next_record_id + len(drafts))
    rows, indexed = [], []
    for number, draft, stamp in zip(numbers, drafts, stamps, strict=True):
        assignees = _first_assignees(call.form, stamp)
        rows.append(_row(call, number, draft, stamp, assignees))
        indexed.append(Indexed(number, draft.content, assignees))
    call.session.execute(insert(Record), rows, execution_options=IN_ONE_STATEMENT)
    write_cells(call.session, call.form, indexed)
    return [Written(number, 1, "INSERT") for number in numbers]


def _row(call: _Call, number: int, draft: Draft, stamp: Stamps, assignees: list[str]) -> dict[str, Any]:
    first = call.form.process.first
    return {
        "app_pk": call.app.pk,
        "record_id": number,
        "revision": 1,
        "values": content_to_json(draft.content),
        "status": first.name if first else None,
        "assignees": assignees,
        "created_at": stamp.created_at,
        "creator": stamp.creator,
        "updated_at": stamp.updated_at,
        "modifier": stamp.modifier,
    }


def _first_assignees(form: Form, stamp: Stamps) -> list[str]:
    """Return who works on a new record: its creator where the first state says so, else nobody."""
    first = form.process.first
    return [stamp.creator] if first and first.entities else []


def _update(call: _Call, requests: Sequence[tuple[UpdateRequest, int]]) -> list[Written]:
    records = _load(call, requests)
    drafts, stamps = [], []
    for request, number in requests:
        record = records[number]
        old = content_from_json(call.form, record.values)
        drafts.append(call.maker.merged(request.root, request.values, old))
        stamps.append(Stamps(record.created_at, record.creator, call.now, call.caller.code))
    call.finish(drafts, stamps, list(records))
    indexed = []
    written = []
    for (_, number), draft in zip(requests, drafts, strict=True):
        record = records[number]
        before = content_from_json(call.form, record.values)
        _store(record, draft.content, call)
        indexed.append(Indexed(record.record_id, draft.content, record.assignees, before))
        written.append(Written(record.record_id, record.revision, "UPDATE"))
    call.session.flush()  # one UPDATE of many rows, before the cells that refer to them
    write_cells(call.session, call.form, indexed)
    dropped = (key for draft in drafts for key in draft.kept_files - file_keys(call.form, draft.content))
    free_files(call.session, call.app.site_id, dropped)
    return written


def _store(record: Record, content: Content, call: _Call) -> None:
    record.values = content_to_json(content)
    record.revision += 1
    record.updated_at = call.now
    record.modifier = call.caller.code


def _load(call: _Call, requests: Sequence[tuple[UpdateRequest, int]]) -> dict[int, Record]:
    """Read the records to change in one query. Raises RecordNotFoundError or RecordRevisionError."""
    wanted = [number for _, number in requests]
    found = call.session.scalars(
        select(Record)
        .where(Record.app_pk == call.app.pk, Record.record_id.in_(wanted))
        .execution_options(populate_existing=True)
    )
    records = {record.record_id: record for record in found}
    for request, number in requests:
        if number not in records:
            raise RecordNotFoundError(id=number)
        if request.revision not in {None, records[number].revision}:
            raise RecordRevisionError
    return records
