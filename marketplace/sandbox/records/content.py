"""What a record holds while a call works on it: stored values by field number, tables row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from marketplace.sandbox.form import LIST_TYPES, Field, FieldType, Form

StoredValue = str | list[str] | None


@dataclass(slots=True)
class Row:
    """One row of a table; `id` is None until the server numbers it."""

    id: int | None
    values: dict[int, StoredValue] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    """The values of one record; `rows` by the number of the table field."""

    values: dict[int, StoredValue] = field(default_factory=dict)
    rows: dict[int, list[Row]] = field(default_factory=dict)

    def cells_of(self, form: Form, of: Field) -> Iterator[tuple[Row | None, StoredValue]]:
        """Yield each place where a field stands: once at the top, or in every row of its table."""
        table = form.table_of(of)
        if table is None:
            yield None, self.values.get(of.id)
            return
        for row in self.rows.get(table.id, ()):
            yield row, row.values.get(of.id)

    def put(self, of: Field, row: Row | None, value: StoredValue) -> None:
        """Set the value of a field at the top or in a row."""
        (self.values if row is None else row.values)[of.id] = value


def empty_value(of: Field) -> StoredValue:
    """Return what an unfilled field of a type holds."""
    if of.type in LIST_TYPES:
        return []
    without_text = {FieldType.DROP_DOWN, FieldType.RADIO_BUTTON, FieldType.DATE, FieldType.TIME}
    return None if of.type in without_text else ""


def content_from_json(form: Form, document: dict[str, Any]) -> Content:
    """Read what a record's row of the database holds; numbers of fields that are gone are kept."""
    content = Content()
    for key, value in document.items():
        number = int(key)
        known = form.by_id.get(number)
        if known is not None and known.type is FieldType.SUBTABLE:
            content.rows[number] = [
                Row(int(row["id"]), {int(inner): each for inner, each in row["value"].items()}) for row in value
            ]
        else:
            content.values[number] = value
    return content


def content_to_json(content: Content) -> dict[str, Any]:
    """Return the document to store."""
    document: dict[str, Any] = {str(number): value for number, value in content.values.items()}
    for number, rows in content.rows.items():
        document[str(number)] = [
            {"id": row.id, "value": {str(inner): value for inner, value in row.values.items()}} for row in rows
        ]
    return document


def has_files(form: Form) -> bool:
    """Tell whether records of this form can hold files."""
    return any(each.type is FieldType.FILE for each in form.every_field())


def file_keys(form: Form, content: Content) -> frozenset[str]:
    """Return the keys of the files that a record holds."""
    fields = (each for each in form.every_field() if each.type is FieldType.FILE)
    return frozenset(key for each in fields for _, keys in content.cells_of(form, each) for key in keys or ())
