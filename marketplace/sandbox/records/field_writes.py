"""Refuses to change fields that the caller may not change; sending the value a field has anyway is no change.

A field that the caller may not even see is refused whatever is sent, or its value could be guessed by trying.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.records.content import Content, Row, StoredValue
from marketplace.sandbox.records.defaults import Birth, default_value
from marketplace.sandbox.records.drafts import Draft
from marketplace.sandbox.records.errors import FieldNotEditableError
from marketplace.sandbox.rights.field_rights import FieldAccess
from marketplace.sandbox.rights.naming import Facts
from marketplace.sandbox.rights.rules import Access


def check_field_writes(
    access: FieldAccess, draft: Draft, facts: Facts, birth: Birth, sent: Mapping[str, object]
) -> None:
    """Refuse a draft that changes a field against the rights; `facts` hold the record as it was before.

    `sent` are the raw values by code. Raises FieldNotEditableError.
    """
    for field, changed in _touched(access.form, draft, facts.content, birth, sent):
        may = access.in_record(field, facts)
        if may is Access.NONE or (may is Access.READ and changed):
            raise FieldNotEditableError(code=field.code)


def _touched(
    form: Form, draft: Draft, before: Content, birth: Birth, sent: Mapping[str, object]
) -> Iterator[tuple[Field, bool]]:
    """Yield the fields that were sent, and whether a value or the rows of a table are others than before."""
    for field, row in draft.sent:
        old = _value_before(field, row, before, birth, is_new=draft.is_new)
        new = (draft.content.values if row is None else row.values).get(field.id)
        yield field, not _same(old, new)
    for field in form.fields.values():
        if field.type is FieldType.SUBTABLE and field.code in sent:
            yield field, _row_ids(before, field) != _row_ids(draft.content, field)


def _value_before(field: Field, row: Row | None, before: Content, birth: Birth, *, is_new: bool) -> StoredValue:
    """Return what the field would hold had it not been sent."""
    if row is None:
        return default_value(field, birth) if is_new else before.values.get(field.id)
    for rows in before.rows.values():
        for old in rows:
            if row.id is not None and old.id == row.id:
                return old.values.get(field.id)
    return default_value(field, birth)


def _row_ids(content: Content, table: Field) -> list[int | None]:
    return [row.id for row in content.rows.get(table.id, ())]


def _same(old: StoredValue, new: StoredValue) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return sorted(old) == sorted(new)
    return (old or "") == (new or "")
