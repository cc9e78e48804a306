"""Keeps the search index in step with the records: only the fields that changed are written anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.sandbox.files import find_files
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.models import Cell
from marketplace.sandbox.records.cells import cell_rows, searchable
from marketplace.sandbox.records.content import Content
from marketplace.sandbox.records.drafts import Draft
from marketplace.sandbox.records.errors import DUPLICATE
from marketplace.sandbox.records.problems import Place, Problems

# Without it the rows are grouped by which of their columns are empty, one statement for each group.
IN_ONE_STATEMENT = {"render_nulls": True}


@dataclass(frozen=True, slots=True)
class Indexed:
    """The content of one record that is about to be stored, beside what it held before."""

    record_id: int
    content: Content
    assignees: list[str]
    before: Content | None = None


def write_cells(session: Session, form: Form, records: Sequence[Indexed]) -> None:
    """Index new and changed records: one query for file names if there are files, one delete, one insert."""
    names = _file_names(session, form, records)
    after = {each.record_id: list(cell_rows(form, each.content, each.assignees, names)) for each in records}
    changed = {
        each.record_id: _changed_fields(form, each, after[each.record_id], names)
        for each in records
        if each.before is not None
    }
    stale = set().union(*changed.values()) if changed else set()
    if stale:
        session.execute(
            delete(Cell)
            .where(Cell.app_pk == form.app_pk, Cell.record_id.in_(changed), Cell.field_id.in_(stale))
            .execution_options(synchronize_session=False)
        )
    fresh = [
        {"app_pk": form.app_pk, "record_id": record_id, **cell}
        for record_id, cells in after.items()
        for cell in cells
        if record_id not in changed or cell["field_id"] in stale
    ]
    if fresh:
        session.execute(insert(Cell), fresh, execution_options=IN_ONE_STATEMENT)


def rewrite_assignees(
    session: Session, form: Form, record_ids: Sequence[int], assignees: Mapping[int, list[str]]
) -> None:
    """Index the assignees of records anew; their other cells stay."""
    field = form.of_type(FieldType.STATUS_ASSIGNEE)
    if field is None:
        return
    session.execute(
        delete(Cell)
        .where(Cell.app_pk == form.app_pk, Cell.record_id.in_(record_ids), Cell.field_id == field.id)
        .execution_options(synchronize_session=False)
    )
    fresh = [
        {"app_pk": form.app_pk, "record_id": record_id, "field_id": field.id, "row": 0, "item": item, "text": code}
        for record_id in record_ids
        for item, code in enumerate(assignees[record_id])
    ]
    if fresh:
        session.execute(insert(Cell), fresh, execution_options=IN_ONE_STATEMENT)


def _file_names(session: Session, form: Form, records: Sequence[Indexed]) -> Mapping[str, str]:
    fields = [each for each in form.every_field() if each.type is FieldType.FILE]
    keys = {
        key
        for each in records
        for content in (each.content, each.before)
        if content is not None
        for field in fields
        for _, value in content.cells_of(form, field)
        for key in value or ()
    }
    return {key: found.name for key, found in find_files(session, form.site_id, keys).items()}


def _changed_fields(form: Form, indexed: Indexed, after: list[dict[str, Any]], names: Mapping[str, str]) -> set[int]:
    """Return the numbers of the fields whose cells differ from those the former content has."""
    before = cell_rows(form, indexed.before or Content(), indexed.assignees, names)
    old, new = _by_field(list(before)), _by_field(after)
    return {number for number in old.keys() | new.keys() if old.get(number) != new.get(number)}


def _by_field(cells: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        grouped[cell["field_id"]].append(cell)
    return grouped


def check_unique(
    session: Session, form: Form, drafts: Sequence[Draft], record_ids: Sequence[int], problems: Problems
) -> None:
    """Note values that another record holds already, also one of the same call; one query for all fields."""
    fields = [each for each in form.fields.values() if each.is_unique]
    wanted = {each.id: _keys(each, drafts) for each in fields}
    taken = _taken(session, form, wanted, record_ids)
    for draft in drafts:
        for field in fields:
            key = _key(field, draft.content)
            if key is None:
                continue
            if key in taken[field.id]:
                problems.add(Place(draft.root).key(field.code), DUPLICATE)
            taken[field.id].add(key)


def _taken(
    session: Session, form: Form, wanted: Mapping[int, set[str]], record_ids: Sequence[int]
) -> dict[int, set[str]]:
    taken: dict[int, set[str]] = {number: set() for number in wanted}
    conditions: list[ColumnElement[bool]] = [
        and_(Cell.field_id == number, Cell.text.in_(keys)) for number, keys in wanted.items() if keys
    ]
    if conditions:
        own = Cell.record_id.not_in(record_ids) if record_ids else literal(value=True)
        rows = session.execute(
            select(Cell.field_id, Cell.text).where(Cell.app_pk == form.app_pk, or_(*conditions), own)
        )
        for number, text in rows:
            taken[number].add(text or "")
    return taken


def _keys(field: Field, drafts: Sequence[Draft]) -> set[str]:
    return {key for draft in drafts if (key := _key(field, draft.content)) is not None}


def _key(field: Field, content: Content) -> str | None:
    value = content.values.get(field.id)
    return searchable(field, value).text if isinstance(value, str) and value else None
