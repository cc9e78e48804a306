"""What a record would look like if it were saved now: defaults, lookups and formulas, without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Form, JsonObject
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.records.computing import FormulaPlan, Stamps
from marketplace.sandbox.records.content import Content, content_from_json, content_to_json
from marketplace.sandbox.records.defaults import Birth
from marketplace.sandbox.records.drafts import Draft, DraftMaker
from marketplace.sandbox.records.loading import load_for
from marketplace.sandbox.records.lookups import copy_known_lookups
from marketplace.sandbox.records.moments import to_minute
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.problems import Problems
from marketplace.sandbox.records.rendering import render_records
from marketplace.sandbox.records.requests import read_cells
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.rules import Act

ROOT = "record"


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A lookup whose key names no record of the other app; `row` is its position in the table around it."""

    code: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """A record in REST shape as it would be saved, and the lookups that would refuse it."""

    record: JsonObject
    unknown: tuple[UnknownKey, ...]


def preview_addition(
    session: Session, caller: Caller, app: App, form: Form, values: Any, now: datetime
) -> RecordPreview:
    """Return what adding a record would give; values that can't be accepted count as empty.

    Raises NoPrivilegeError. What is hidden from the caller is missing from the answer.
    """
    require(session, caller, app, "add")
    draft = _maker(form, caller, now).new(ROOT, read_cells(values))
    minute = to_minute(now)
    record = Record(
        app_pk=app.pk, record_id=0, revision=0, status=None, assignees=[],
        created_at=minute, creator=caller.code, updated_at=minute, modifier=caller.code,
    )  # fmt: skip
    return _preview(session, form, draft, record, caller, now)


def preview_change(  # noqa: PLR0913, PLR0917 - the parameters of the call
    session: Session, caller: Caller, app: App, form: Form, record_id: int, values: Any, now: datetime
) -> RecordPreview:
    """Return what changing a record would give. Raises RecordNotFoundError or NoPrivilegeError."""
    found = load_for(session, caller, app, record_id, Act.EDIT, now)
    draft = _maker(form, caller, now).merged(ROOT, read_cells(values), content_from_json(form, found.values))
    record = Record(
        app_pk=app.pk, record_id=found.record_id, revision=found.revision, status=found.status,
        assignees=found.assignees, created_at=found.created_at, creator=found.creator,
        updated_at=to_minute(now), modifier=caller.code,
    )  # fmt: skip
    return _preview(session, form, draft, record, caller, now)


def _maker(form: Form, caller: Caller, now: datetime) -> DraftMaker:
    return DraftMaker(form, Birth.of(caller, form, now), Problems())


def _preview(
    session: Session, form: Form, draft: Draft, record: Record, caller: Caller, now: datetime
) -> RecordPreview:
    content = draft.content
    unknown = copy_known_lookups(session, form, draft, caller, now)
    FormulaPlan(form).compute(content, Stamps(record.created_at, record.creator, record.updated_at, record.modifier))
    positions = _positions(content)
    _number_rows(content)
    record.values = content_to_json(content)
    return RecordPreview(
        render_records(session, form, [record], access=field_access(form, caller))[0],
        tuple(UnknownKey(field.code, None if row is None else positions[id(row)]) for field, row in unknown),
    )


def _positions(content: Content) -> dict[int, int]:
    return {id(row): position for rows in content.rows.values() for position, row in enumerate(rows)}


def _number_rows(content: Content) -> None:
    """Give the rows numbers for the time being; only saving gives them lasting ones."""
    for rows in content.rows.values():
        for position, row in enumerate(rows):
            if row.id is None:
                row.id = position
