"""Copies values of another app's record into a record whose lookup key names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import LIST_TYPES, Field, FieldType, Form, Lookup, live_form
from marketplace.sandbox.models import App, Cell, Record
from marketplace.sandbox.policy import may
from marketplace.sandbox.records.cells import text_key
from marketplace.sandbox.records.content import Content, Row, StoredValue, content_from_json, empty_value
from marketplace.sandbox.records.drafts import Draft
from marketplace.sandbox.records.errors import LookupFailedError
from marketplace.sandbox.records.moments import write_moment
from marketplace.sandbox.records.numbers import read_number, write_number
from marketplace.sandbox.records.record_numbers import read_record_number, write_record_number
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act


@dataclass(frozen=True, slots=True)
class _Source:
    """A record that a key found, with the form it belongs to."""

    form: Form
    record: Record
    content: Content


def copy_lookups(session: Session, form: Form, drafts: Sequence[Draft], caller: Caller, now: datetime) -> None:
    """Fill or clear the targets of every lookup key that was sent. Raises LookupFailedError for the first unknown key.

    A record, a field or an app that the caller may not see counts as unknown. Each lookup field costs one query
    however many records look up; each source app three more.
    """
    fields = [each for each in form.every_field() if each.lookup is not None]
    used = {each.id for draft in drafts for each, _ in draft.sent if each.lookup is not None}
    reader = _Reader(session, caller, now)
    sources = {each.id: reader.load(form, each, _keys(drafts, each)) for each in fields if each.id in used}
    for draft in drafts:
        for each, row in draft.sent:
            if each.lookup is not None:
                _copy(form, draft.content, (each, row), each.lookup, sources[each.id])


def copy_known_lookups(
    session: Session, form: Form, draft: Draft, caller: Caller, now: datetime
) -> list[tuple[Field, Row | None]]:
    """Fill or clear the targets as `copy_lookups` does, and return the places whose key names no record.

    Their targets are cleared: somebody who is still filling in the form is told instead of refused.
    """
    sent = [(each, row, each.lookup) for each, row in draft.sent if each.lookup is not None]
    reader = _Reader(session, caller, now)
    sources = {each: reader.load(form, each, _keys([draft], each)) for each in {each for each, _, _ in sent}}
    unknown = []
    for each, row, lookup in sent:
        try:
            _copy(form, draft.content, (each, row), lookup, sources[each])
        except LookupFailedError:
            unknown.append((each, row))
            for target in filter(None, map(form.find, lookup.targets)):
                draft.content.put(target, row, empty_value(target))
    return unknown


def _keys(drafts: Sequence[Draft], field: Field) -> set[str]:
    return {key for draft in drafts for each, row in draft.sent if each is field and (key := _key(draft, each, row))}


def _key(draft: Draft, field: Field, row: Row | None) -> str:
    value = (draft.content.values if row is None else row.values).get(field.id)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads records of other apps as one caller may see them."""

    session: Session
    caller: Caller
    now: datetime

    def load(self, form: Form, field: Field, keys: set[str]) -> dict[str, _Source]:
        """Return the records that the keys name; a key without one is missing from the answer."""
        lookup = field.lookup
        if lookup is None or not keys:
            return {}
        app = self.session.scalar(
            select(App).where(App.site_id == form.site_id, App.app_id == lookup.app_id, App.deleted_at.is_(None))
        )
        if app is None or not may(self.session, self.caller, app, "view"):
            return {}
        other = live_form(self.session, app)
        key_field = other.fields.get(lookup.key_code)
        shown = self._shown(other, lookup)
        if key_field is None or shown is None:
            return {}
        if key_field.type is FieldType.RECORD_NUMBER:
            return dict(self._by_number(other, keys, shown))
        return dict(self._by_cell(other, key_field, keys, shown))

    def _shown(self, other: Form, lookup: Lookup) -> ColumnElement[bool] | None:
        """Return the condition that a record and all that is copied of it show to the caller; None if none does."""
        access = field_access(other, self.caller)
        read = [code for code in (lookup.key_code, *lookup.targets.values()) if code in other.fields]
        if any(code not in access.form_seen.fields for code in read):
            return None
        by_field = access.conditions()
        needed = [by_field[other.fields[code].id] for code in read if other.fields[code].id in by_field]
        return and_(record_condition(other, self.caller, self.now, Act.VIEW), *needed)

    def _by_number(self, other: Form, keys: set[str], shown: ColumnElement[bool]) -> Iterator[tuple[str, _Source]]:
        numbers = {key: number for key in keys if (number := read_record_number(other, key)) is not None}
        found = self.session.scalars(
            select(Record).where(Record.app_pk == other.app_pk, Record.record_id.in_(set(numbers.values())), shown)
        )
        records = {record.record_id: record for record in found}
        for key, number in numbers.items():
            if number in records:
                yield key, _source(other, records[number])

    def _by_cell(
        self, other: Form, key_field: Field, keys: set[str], shown: ColumnElement[bool]
    ) -> Iterator[tuple[str, _Source]]:
        by_text = {text_key(key): key for key in keys}
        cell = aliased(Cell)  # so that the conditions inside `shown`, which are about cells too, stay apart
        found = self.session.execute(
            select(cell.text, Record)
            .join(Record, (Record.app_pk == cell.app_pk) & (Record.record_id == cell.record_id))
            .where(cell.app_pk == other.app_pk, cell.field_id == key_field.id, cell.text.in_(by_text), shown)
            .order_by(Record.record_id.desc())  # the oldest record wins where keys are not unique after all
        )
        for text, record in found:
            if text is not None:
                yield by_text[text], _source(other, record)


def _source(other: Form, record: Record) -> _Source:
    return _Source(other, record, content_from_json(other, record.values))


def _copy(
    form: Form, content: Content, place: tuple[Field, Row | None], lookup: Lookup, sources: dict[str, _Source]
) -> None:
    field, row = place
    key = (content.values if row is None else row.values).get(field.id)
    source = sources.get(key) if isinstance(key, str) and key else None
    if key and source is None:
        raise LookupFailedError(code=field.code, value=key)
    for code, related in lookup.targets.items():
        target = form.find(code)
        if target is not None:
            content.put(target, row, empty_value(target) if source is None else _value(source, related, target))


def _value(source: _Source, code: str, target: Field) -> StoredValue:
    """Return a value of the source in the form the target holds."""
    field = source.form.fields.get(code)
    value = None if field is None else _stored(source, field)
    if target.type in LIST_TYPES:
        return value if isinstance(value, list) else [value] if value else []
    if not isinstance(value, str) or not value:
        return empty_value(target)
    if target.type is FieldType.NUMBER:
        number = read_number(value)
        return "" if number is None else write_number(number)
    return value


def _stored(source: _Source, field: Field) -> StoredValue:
    record = source.record
    system: dict[FieldType, StoredValue] = {
        FieldType.RECORD_NUMBER: write_record_number(source.form, record.record_id),
        FieldType.CREATOR: record.creator,
        FieldType.MODIFIER: record.modifier,
        FieldType.CREATED_TIME: write_moment(record.created_at),
        FieldType.UPDATED_TIME: write_moment(record.updated_at),
        FieldType.STATUS: record.status,
        FieldType.STATUS_ASSIGNEE: list(record.assignees),
    }
    return system[field.type] if field.type in system else source.content.values.get(field.id)
