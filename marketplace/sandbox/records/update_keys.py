"""Finds the records an update names, by number or by the value of a unique field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.models import Cell
from marketplace.sandbox.records.cells import searchable
from marketplace.sandbox.records.errors import UpdateKeyNotFoundError, UpdateKeyNotUniqueError, invalid
from marketplace.sandbox.records.requests import UpdateRequest

KEY_TYPES = frozenset({FieldType.SINGLE_LINE_TEXT, FieldType.NUMBER})
REPEATED = Text("同じレコードを2回以上指定することはできません。", "The same record is specified more than once.")

Named = tuple[UpdateRequest, int | None]


def resolve_existing(
    session: Session, form: Form, requests: Sequence[UpdateRequest]
) -> list[tuple[UpdateRequest, int]]:
    """Return each request with the record it names. Raises UpdateKeyNotFoundError."""
    named = []
    for request, number in resolve(session, form, requests):
        if number is None:
            raise UpdateKeyNotFoundError(code=request.key_code, value=request.key_value)
        named.append((request, number))
    return named


def resolve(session: Session, form: Form, requests: Sequence[UpdateRequest]) -> list[Named]:
    """Return each request with the record it names, None where no record has the key; one query per key field."""
    codes = dict.fromkeys(request.key_code for request in requests if request.record_id is None)
    found = {code: _find(session, form, _key_field(form, code), requests) for code in codes}
    named: list[Named] = []
    seen: set[int] = set()
    for request in requests:
        number = request.record_id
        if number is None:
            number = found[request.key_code].get(request.key_value)
        if number is not None and number in seen:
            raise invalid(f"{request.root}.id", REPEATED)
        seen.update(() if number is None else (number,))
        named.append((request, number))
    return named


def _key_field(form: Form, code: str) -> Field:
    field = form.find(code)
    if field is None:
        raise FieldNotFoundError(code=code)
    if field.type not in KEY_TYPES or not field.is_unique:
        raise UpdateKeyNotUniqueError(code=code)
    return field


def _find(session: Session, form: Form, field: Field, requests: Sequence[UpdateRequest]) -> Mapping[str, int]:
    """Return record numbers by the key values as they were sent."""
    values = {request.key_value for request in requests if request.record_id is None and request.key_code == field.code}
    texts = {value: searchable(field, value).text for value in values}
    rows = session.execute(
        select(Cell.text, Cell.record_id).where(
            Cell.app_pk == form.app_pk, Cell.field_id == field.id, Cell.text.in_(set(texts.values()))
        )
    )
    by_text = {row.text: row.record_id for row in rows}
    return {value: by_text[text] for value, text in texts.items() if text in by_text}
