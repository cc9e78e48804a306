"""Adds, changes and deletes records; each call is all or nothing and costs a small, constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, true, update
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError, RecordRevisionError
from marketplace.sandbox.files import attach_sent_files
from marketplace.sandbox.form import Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import check_principals
from marketplace.sandbox.records.computing import FormulaPlan, Stamps
from marketplace.sandbox.records.content import Content, content_from_json, content_to_json
from marketplace.sandbox.records.defaults import Birth
from marketplace.sandbox.records.drafts import Draft, DraftMaker
from marketplace.sandbox.records.errors import TOO_MANY_ADDED, TOO_MANY_UPDATED
from marketplace.sandbox.records.field_writes import check_field_writes
from marketplace.sandbox.records.index import IN_ONE_STATEMENT, Indexed, check_unique, write_cells
from marketplace.sandbox.records.loading import Wanted, load_wanted
from marketplace.sandbox.records.lookups import copy_lookups
from marketplace.sandbox.records.moments import to_minute
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.problems import Problems
from marketplace.sandbox.records.requests import UpdateRequest, read_batch, read_cells, read_deletes, read_update
from marketplace.sandbox.records.rules import check_rules
from marketplace.sandbox.records.stamps import StampReader
from marketplace.sandbox.records.update_keys import resolve, resolve_existing
from marketplace.sandbox.rights.field_rights import FieldAccess, field_access
from marketplace.sandbox.rights.naming import Facts, facts_of
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act


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
    access: FieldAccess
    next_record_id: int
    next_row_id: int

    def finish(self, drafts: Sequence[Draft], stamps: Sequence[Stamps], record_ids: Sequence[int]) -> None:
        """Complete and check the drafts; `record_ids` are those of existing records. Raises PlatformErrors."""
        copy_lookups(self.session, self.form, drafts, self.caller, self.now)
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
    require(session, caller, app, "add")
    call = _begin(session, caller, app, now, count=1)
    return _add(call, [("record", read_cells(values))])[0]


def add_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Add up to 100 records; `records` is the raw list of the call."""
    require(session, caller, app, "add")
    raws = read_batch(records, "records", TOO_MANY_ADDED)
    bodies = [(f"records[{position}]", read_cells(raw)) for position, raw in enumerate(raws)]
    if not bodies:
        return []
    return _add(_begin(session, caller, app, now, count=len(bodies)), bodies)


def update_record(session: Session, caller: Caller, app: App, body: Any, now: datetime) -> Written:
    """Change one record; `body` holds id or updateKey, record, revision."""
    require(session, caller, app, "edit")
    request = read_update(body, "record", "")
    call = _begin(session, caller, app, now, count=0)
    return _update(call, resolve_existing(session, call.access.form_seen, [request]))[0]


def update_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records; every one must exist."""
    require(session, caller, app, "edit")
    requests = _read_updates(records)
    if not requests:
        return []
    call = _begin(session, caller, app, now, count=0)
    return _update(call, resolve_existing(session, call.access.form_seen, requests))


def upsert_records(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Change up to 100 records, adding those whose update key no record has; answers in the order sent."""
    require(session, caller, app, "edit")
    require(session, caller, app, "add")
    requests = _read_updates(records)
    if not requests:
        return []
    call = _begin(session, caller, app, now, count=0)
    found = resolve(session, call.access.form_seen, requests)
    changes = [(request, number) for request, number in found if number is not None]
    additions = [(position, request) for position, (request, number) in enumerate(found) if number is None]
    written = iter(_update(call, changes) if changes else ())
    answers = {position: next(written) for position, (_, number) in enumerate(found) if number is not None}
    if additions:
        adding = _begin(session, caller, app, now, count=len(additions))
        bodies = [(request.root, _with_key(request)) for _, request in additions]
        answers.update(zip((position for position, _ in additions), _add(adding, bodies), strict=True))
    return [answers[position] for position in range(len(found))]


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


def _read_updates(records: Any) -> list[UpdateRequest]:
    return [
        read_update(raw, f"records[{position}]", f"records[{position}].")
        for position, raw in enumerate(read_batch(records, "records", TOO_MANY_UPDATED))
    ]


def _with_key(request: UpdateRequest) -> JsonObject:
    """Return the values of a record to add: its update key is one of them."""
    return request.values | {request.key_code: request.key_value}


def _begin(session: Session, caller: Caller, app: App, now: datetime, *, count: int) -> _Call:
    """Reserve record numbers; the update holds off other writers of the app until the transaction ends."""
    last_record_id, last_row_id = session.execute(
        update(App)
        .where(App.pk == app.pk)
        .values(last_record_id=App.last_record_id + count)
        .returning(App.last_record_id, App.last_row_id)
        .execution_options(synchronize_session=False)
    ).one()
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
        access=field_access(form, caller),
        next_record_id=last_record_id - count + 1,
        next_row_id=last_row_id + 1,
    )


def _add(call: _Call, bodies: Sequence[tuple[str, JsonObject]]) -> list[Written]:
    drafts = [call.maker.new(root, values) for root, values in bodies]
    nobody = Facts(call.caller.code, call.caller.code, (), Content())
    for draft, (_, values) in zip(drafts, bodies, strict=True):
        _check_fields(call, draft, nobody, values)
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
        _check_fields(call, drafts[-1], facts_of(record, content_from_json(call.form, record.values)), request.values)
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
    return written


def _store(record: Record, content: Content, call: _Call) -> None:
    record.values = content_to_json(content)
    record.revision += 1
    record.updated_at = call.now
    record.modifier = call.caller.code


def _check_fields(call: _Call, draft: Draft, before: Facts, sent: JsonObject) -> None:
    if call.access.is_limited:
        check_field_writes(call.access, draft, before, call.maker.birth, sent)


def _load(call: _Call, requests: Sequence[tuple[UpdateRequest, int]]) -> dict[int, Record]:
    """Read the records to change in one query. Raises RecordNotFoundError, NoPrivilegeError or RecordRevisionError."""
    wanted = Wanted(call.caller, [number for _, number in requests], Act.EDIT, call.now)
    records = load_wanted(call.session, call.form, wanted)
    for request, number in requests:
        if request.revision not in {None, records[number].revision}:
            raise RecordRevisionError
    return records
