"""Shows records in the shape of kintone's answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.files import find_files
from marketplace.sandbox.form import WITHOUT_VALUE, Field, FieldType, Form, JsonObject
from marketplace.sandbox.models import Record, StoredFile
from marketplace.sandbox.principals import KIND_OF_TYPE, USER, Directory, find_principals
from marketplace.sandbox.records.content import Content, StoredValue, content_from_json, empty_value
from marketplace.sandbox.records.moments import write_moment
from marketplace.sandbox.records.record_numbers import write_record_number
from marketplace.sandbox.rights.field_rights import FieldAccess
from marketplace.sandbox.rights.naming import facts_of

NULL_WHEN_EMPTY = frozenset({FieldType.DROP_DOWN, FieldType.DATE, FieldType.TIME})


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What records refer to: people's names and files."""

    directory: Directory
    files: Mapping[str, StoredFile]


def render_records(
    session: Session,
    form: Form,
    records: Sequence[Record],
    fields: Collection[str] = (),
    access: FieldAccess | None = None,
) -> list[JsonObject]:
    """Return the REST shape of records, in at most three queries, none for what is not shown.

    `fields` limits the codes shown; `access` leaves out what its caller may not see.
    """
    contents = [content_from_json(form, record.values) for record in records]
    shown = [field for field in form.fields.values() if not fields or field.code in fields]
    surroundings = _surroundings(session, form, shown, list(zip(records, contents, strict=True)))
    answers = []
    for record, content in zip(records, contents, strict=True):
        seen = form if access is None else access.form_in(facts_of(record, content))
        answers.append(_render(seen, record, content, fields=fields, surroundings=surroundings))
    return answers


def _has_value(form: Form, field: Field) -> bool:
    if field.type in {FieldType.STATUS, FieldType.STATUS_ASSIGNEE}:
        return form.process.enabled
    if field.type is FieldType.CATEGORY:
        return field.settings.get("enabled") in {True, "true"}
    return field.type not in WITHOUT_VALUE


def _surroundings(
    session: Session, form: Form, shown: Sequence[Field], records: Sequence[tuple[Record, Content]]
) -> _Surroundings:
    own = [_OWN_PEOPLE[field.type] for field in shown if field.type in _OWN_PEOPLE]
    people = {(USER, code) for record, _ in records for codes in own for code in codes(record)}
    files: set[str] = set()
    for field, value in _listed(form, shown, [content for _, content in records]):
        if field.type is FieldType.FILE:
            files.update(value)
        else:
            people.update((KIND_OF_TYPE[field.type], code) for code in value)
    return _Surroundings(find_principals(session, form.site_id, people), find_files(session, form.site_id, files))


_OWN_PEOPLE: Mapping[FieldType, Callable[[Record], list[str]]] = {
    FieldType.CREATOR: lambda record: [record.creator],
    FieldType.MODIFIER: lambda record: [record.modifier],
    FieldType.STATUS_ASSIGNEE: lambda record: record.assignees,
}


def _listed(form: Form, shown: Sequence[Field], contents: Sequence[Content]) -> Iterator[tuple[Field, list[str]]]:
    every = chain(shown, *(field.columns.values() for field in shown))
    referring = [each for each in every if each.type is FieldType.FILE or each.type in KIND_OF_TYPE]
    for content in contents:
        for each in referring:
            for _, value in content.cells_of(form, each):
                if isinstance(value, list):
                    yield each, value


def _render(
    form: Form,
    record: Record,
    content: Content,
    *,
    fields: Collection[str],
    surroundings: _Surroundings,
) -> JsonObject:
    answer: JsonObject = {}
    for field in form.fields.values():
        if (not fields or field.code in fields) and _has_value(form, field):
            answer[field.code] = {"type": field.type.value, "value": _value(form, record, content, field, surroundings)}
    if not fields or "$revision" in fields:
        answer["$revision"] = {"type": "__REVISION__", "value": str(record.revision)}
    if not fields or "$id" in fields:
        answer["$id"] = {"type": "__ID__", "value": str(record.record_id)}
    return answer


def _value(form: Form, record: Record, content: Content, field: Field, around: _Surroundings) -> Any:
    if field.type is FieldType.SUBTABLE:
        return [
            {
                "id": str(row.id),
                "value": {
                    column.code: {
                        "type": column.type.value,
                        "value": _plain(column, row.values.get(column.id, empty_value(column)), around),
                    }
                    for column in field.columns.values()
                },
            }
            for row in content.rows.get(field.id, ())
        ]
    if field.id in content.values:
        return _plain(field, content.values[field.id], around)
    return _system_value(form, record, field, around)


def _system_value(form: Form, record: Record, field: Field, around: _Surroundings) -> Any:
    """Return what the record's own columns hold; a field added after the record was saved is empty."""
    show = _SYSTEM.get(field.type)
    return _plain(field, empty_value(field), around) if show is None else show(form, record, around.directory)


def _status(form: Form, record: Record, _directory: Directory) -> str:
    first = form.process.first
    return record.status or (first.name if first else "")


_SYSTEM: Mapping[FieldType, Callable[[Form, Record, Directory], Any]] = {
    FieldType.RECORD_NUMBER: lambda form, record, _: write_record_number(form, record.record_id),
    FieldType.CREATOR: lambda _, record, directory: directory.shown(USER, record.creator),
    FieldType.CREATED_TIME: lambda _form, record, _: write_moment(record.created_at),
    FieldType.MODIFIER: lambda _, record, directory: directory.shown(USER, record.modifier),
    FieldType.UPDATED_TIME: lambda _form, record, _: write_moment(record.updated_at),
    FieldType.STATUS: _status,
    FieldType.STATUS_ASSIGNEE: lambda _, record, directory: [directory.shown(USER, code) for code in record.assignees],
    FieldType.CATEGORY: lambda *_: [],
}


def _plain(field: Field, value: StoredValue, around: _Surroundings) -> Any:
    if field.type is FieldType.FILE:
        return [_file(around.files[key]) for key in value or () if key in around.files]
    if field.type in KIND_OF_TYPE:
        return [around.directory.shown(KIND_OF_TYPE[field.type], code) for code in value or ()]
    return None if field.type in NULL_WHEN_EMPTY and not value else value


def _file(stored: StoredFile) -> dict[str, str]:
    return {
        "contentType": stored.content_type,
        "fileKey": stored.key,
        "name": stored.name,
        "size": str(stored.size),
    }
