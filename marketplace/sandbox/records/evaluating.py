"""Tells what the caller may do with records and their fields, as an answer in REST shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError
from marketplace.sandbox.form import WITHOUT_VALUE, Field, FieldType, Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.policy import may
from marketplace.sandbox.records.content import content_from_json
from marketplace.sandbox.records.requests import MAX_RECORD_ID
from marketplace.sandbox.rights.field_rights import FieldAccess, field_access
from marketplace.sandbox.rights.naming import Facts, facts_of
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import FLAGS, Access, Act

NEVER_WRITTEN = WITHOUT_VALUE | {FieldType.CATEGORY, FieldType.STATUS, FieldType.STATUS_ASSIGNEE, FieldType.CALC}


def evaluate_rights(
    session: Session, caller: Caller, app: App, record_ids: Sequence[int], now: datetime
) -> list[JsonObject]:
    """Return the rights of the caller on records, in the order asked; two queries beside those of the app's rights.

    Raises NoPrivilegeError for who may neither see nor add records, or RecordNotFoundError.
    """
    app_rights = {act: may(session, caller, app, act.value) for act in Act}
    if not app_rights[Act.VIEW] and not may(session, caller, app, "add"):
        raise NoPrivilegeError
    form = live_form(session, app)
    access = field_access(form, caller)
    numbers = [number for number in record_ids if number <= MAX_RECORD_ID]
    conditions = [record_condition(form, caller, now, act) for act in Act]
    rows = session.execute(
        select(Record, *conditions).where(Record.app_pk == form.app_pk, Record.record_id.in_(numbers))
    )
    found = {row[0].record_id: (row[0], dict(zip(Act, row[1:], strict=True))) for row in rows}
    answers = []
    for number in record_ids:
        if number not in found:
            raise RecordNotFoundError(id=number)
        record, granted = found[number]
        rights = {act: app_rights[act] and bool(granted[act]) for act in Act}
        answers.append(_answer(form, access, record, rights))
    return answers


def _answer(form: Form, access: FieldAccess, record: Record, rights: dict[Act, bool]) -> JsonObject:
    facts = facts_of(record, content_from_json(form, record.values))
    return {
        "id": str(record.record_id),
        "record": {FLAGS[act]: right for act, right in rights.items()},
        "fields": {field.code: _of_field(access, field, facts, rights) for field in _shown(form)},
    }


def _shown(form: Form) -> Iterator[Field]:
    """Yield what can be written by the API for records; fields of tables stand beside the others."""
    for field in form.every_field():
        if field.type not in NEVER_WRITTEN and not field.is_computed:
            yield field


def _of_field(access: FieldAccess, field: Field, facts: Facts, rights: dict[Act, bool]) -> JsonObject:
    granted = access.in_record(field, facts)
    return {
        "viewable": rights[Act.VIEW] and granted is not Access.NONE,
        "editable": rights[Act.EDIT] and granted is Access.WRITE,
    }
