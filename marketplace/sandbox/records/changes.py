"""Writes the records of one call, new and present ones together: drafts, checks, rows, index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import RecordRevisionError
from marketplace.sandbox.files import attach_sent_files, free_files
from marketplace.sandbox.form import Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import check_principals
from marketplace.sandbox.quotas.services import require_room_for_records
from marketplace.sandbox.records.computing import FormulaPlan, Stamps
from marketplace.sandbox.records.content import Content, content_from_json, content_to_json, file_keys
from marketplace.sandbox.records.defaults import Birth
from marketplace.sandbox.records.drafts import Draft, DraftMaker
from marketplace.sandbox.records.field_writes import check_field_writes
from marketplace.sandbox.records.index import IN_ONE_STATEMENT, Indexed, check_unique, write_cells
from marketplace.sandbox.records.loading import Wanted, load_wanted
from marketplace.sandbox.records.lookups import copy_lookups
from marketplace.sandbox.records.moments import to_minute
from marketplace.sandbox.records.problems import Problems
from marketplace.sandbox.records.rules import check_rules
from marketplace.sandbox.records.stamps import StampReader
from marketplace.sandbox.rights.field_rights import FieldAccess, field_access
from marketplace.sandbox.rights.naming import Facts, facts_of
from marketplace.sandbox.rights.rules import Act


@dataclass(frozen=True, slots=True)
class Written:
    """A record after a write: its number, its revision, and INSERT or UPDATE."""

    record_id: int
    revision: int
    operation: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a call wants of one record; without a number it is a new one."""

    root: str
    """The beginning of the keys of its messages."""
    values: JsonObject
    record_id: int | None = None
    revision: int | None = None


@dataclass(slots=True)
class WriteCall:
    """What the steps of one write share."""

    session: Session
    caller: Caller
    app: App
    form: Form
    now: datetime
    problems: Problems
    maker: DraftMaker
    access: FieldAccess
    last_record_id: int
    last_row_id: int

    def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write all records or none; the answer is in the order of the changes.

        Raises RecordNotFoundError, NoPrivilegeError, RecordRevisionError, InvalidInputError and other PlatformErrors.
        """
        records = self._load(changes)
        drafts = [self._draft(change, records) for change in changes]
        stamps = self._stamps(changes, records)
        self._finish(drafts, stamps, list(records))
        numbers = self._number(changes, drafts)
        indexed = [
            self._store(records[number], draft) if number in records else self._indexed(number, draft, stamp)
            for number, draft, stamp in zip(numbers, drafts, stamps, strict=True)
        ]
        self.session.flush()  # one UPDATE of many rows, before the cells that refer to them
        added = [
            self._row(each, stamp) for each, stamp in zip(indexed, stamps, strict=True) if each.record_id not in records
        ]
        if added:
            self.session.execute(insert(Record), added, execution_options=IN_ONE_STATEMENT)
        write_cells(self.session, self.form, indexed)
        dropped = (key for draft in drafts for key in draft.kept_files - file_keys(self.form, draft.content))
        free_files(self.session, self.app.site_id, dropped)
        return [
            Written(number, records[number].revision, "UPDATE") if number in records else Written(number, 1, "INSERT")
            for number in numbers
        ]

    def _load(self, changes: Sequence[Change]) -> dict[int, Record]:
        """Read the records to change in one query."""
        present = [change for change in changes if change.record_id is not None]
        if not present:
            return {}
        numbers = [change.record_id for change in present if change.record_id is not None]
        records = load_wanted(self.session, self.form, Wanted(self.caller, numbers, Act.EDIT, self.now))
        for change, number in zip(present, numbers, strict=True):
            if change.revision not in {None, records[number].revision}:
                raise RecordRevisionError
        return records

    def _draft(self, change: Change, records: Mapping[int, Record]) -> Draft:
        if change.record_id is None:
            draft = self.maker.new(change.root, change.values)
            before = Facts(self.caller.code, self.caller.code, (), Content())
        else:
            record = records[change.record_id]
            draft = self.maker.merged(change.root, change.values, content_from_json(self.form, record.values))
            before = facts_of(record, content_from_json(self.form, record.values))
        if self.access.is_limited:
            check_field_writes(self.access, draft, before, self.maker.birth, change.values)
        return draft

    def _stamps(self, changes: Sequence[Change], records: Mapping[int, Record]) -> list[Stamps]:
        bodies = [(change.root, change.values) for change in changes if change.record_id is None]
        reader = StampReader(self.form, self.caller, self.now, self.problems)
        fresh = iter(reader.read(self.session, self.app, bodies) if bodies else ())
        return [
            next(fresh)
            if change.record_id is None
            else Stamps(
                records[change.record_id].created_at, records[change.record_id].creator, self.now, self.caller.code
            )
            for change in changes
        ]

    def _finish(self, drafts: Sequence[Draft], stamps: Sequence[Stamps], record_ids: Sequence[int]) -> None:
        """Complete and check the drafts; `record_ids` are those of present records. Raises PlatformErrors."""
        copy_lookups(self.session, self.form, drafts, self.caller, self.now)
        plan = FormulaPlan(self.form)
        for draft, stamp in zip(drafts, stamps, strict=True):
            plan.compute(draft.content, stamp)
            check_rules(self.form, draft.content, draft.root, self.problems)
        check_unique(self.session, self.form, drafts, record_ids, self.problems)
        self.problems.refuse()
        check_principals(self.session, self.form, drafts)
        attach_sent_files(self.session, self.form, drafts, self.now)

    def _number(self, changes: Sequence[Change], drafts: Sequence[Draft]) -> list[int]:
        """Number new rows and return the number of each record; new ones count on in the order of the call.

        Raises AppFullError or SiteFullError.
        """
        before = self.last_record_id, self.last_row_id
        for draft in drafts:
            for row in (row for rows in draft.content.rows.values() for row in rows if row.id is None):
                self.last_row_id += 1
                row.id = self.last_row_id
        numbers = []
        for change in changes:
            self.last_record_id += change.record_id is None
            numbers.append(self.last_record_id if change.record_id is None else change.record_id)
        if before != (self.last_record_id, self.last_row_id):
            self._count(self.last_record_id - before[0])
        return numbers

    def _count(self, added: int) -> None:
        record_count = self.session.scalars(
            update(App)
            .where(App.pk == self.app.pk)
            .values(
                last_record_id=self.last_record_id,
                last_row_id=self.last_row_id,
                record_count=App.record_count + added,
            )
            .returning(App.record_count)
            .execution_options(synchronize_session=False)
        ).one()
        if added:
            require_room_for_records(self.session, self.app, record_count)

    def _store(self, record: Record, draft: Draft) -> Indexed:
        before = content_from_json(self.form, record.values)
        record.values = content_to_json(draft.content)
        record.revision += 1
        record.updated_at = self.now
        record.modifier = self.caller.code
        return Indexed(record.record_id, draft.content, record.assignees, before)

    def _indexed(self, number: int, draft: Draft, stamp: Stamps) -> Indexed:
        """Return a new record; its creator works on it where the first state says so, else nobody."""
        first = self.form.process.first
        return Indexed(number, draft.content, [stamp.creator] if first and first.entities else [])

    def _row(self, added: Indexed, stamp: Stamps) -> dict[str, Any]:
        first = self.form.process.first
        return {
            "app_pk": self.app.pk,
            "record_id": added.record_id,
            "revision": 1,
            "values": content_to_json(added.content),
            "status": first.name if first else None,
            "assignees": added.assignees,
            "created_at": stamp.created_at,
            "creator": stamp.creator,
            "updated_at": stamp.updated_at,
            "modifier": stamp.modifier,
        }


def begin_write(session: Session, caller: Caller, app: App, now: datetime) -> WriteCall:
    """Hold off other writers of the app until the transaction ends, and read what the write needs."""
    last_record_id, last_row_id = session.execute(
        update(App)
        .where(App.pk == app.pk)
        .values(last_row_id=App.last_row_id)
        .returning(App.last_record_id, App.last_row_id)
        .execution_options(synchronize_session=False)
    ).one()
    form = live_form(session, app)
    problems = Problems()
    return WriteCall(
        session=session,
        caller=caller,
        app=app,
        form=form,
        now=to_minute(now),
        problems=problems,
        maker=DraftMaker(form, Birth.of(caller, form, now), problems),
        access=field_access(form, caller),
        last_record_id=last_record_id,
        last_row_id=last_row_id,
    )
