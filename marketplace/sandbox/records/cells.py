"""The search index of records: which cells a record has, and the forms that comparisons use.

A value has a cell per option, user or file; an empty value has none. Each table row has one cell under the number
of the table itself, so that conditions can tell a row with an empty column from no row.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.records.content import Content, StoredValue
from marketplace.sandbox.records.numbers import read_number, write_number

KEY_LENGTH = 255
_PREFIX_LENGTH = KEY_LENGTH - 64
_DURATION = re.compile(r"(-?)([0-9]{1,20}):([0-9]{2})")

FOLDED_TYPES = frozenset(
    {
        FieldType.SINGLE_LINE_TEXT,
        FieldType.LINK,
        FieldType.MULTI_LINE_TEXT,
        FieldType.RICH_TEXT,
        FieldType.FILE,
    }
)
DURATIONS = frozenset({"TIME", "HOUR_MINUTE", "DAY_HOUR_MINUTE"})


@dataclass(frozen=True, slots=True)
class Searchable:
    """One value as the index holds it."""

    text: str | None
    number: float | None = None
    folded: str | None = None


def text_key(text: str) -> str:
    """Return what equality compares: the text, or its beginning and digest where it is longer than an index holds."""
    if len(text) <= KEY_LENGTH:
        return text
    return text[:_PREFIX_LENGTH] + hashlib.sha256(text.encode("utf-8")).hexdigest()


def fold(text: str) -> str:
    """Return what `like` compares: width and case don't matter; a text of blanks alone is empty."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.strip() else ""


def number_key(text: str) -> Searchable:
    """Return a number as the index holds it: the text decides equality, the number order."""
    number = read_number(text)
    if number is None:
        return Searchable(text_key(text))
    return Searchable(text_key(write_number(number)), float(number))


def duration_minutes(text: str) -> float | None:
    """Return the minutes of 25:01; None if it is no duration."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return float(-minutes if found[1] else minutes)


def searchable(field: Field, text: str) -> Searchable:
    """Return one stored text as the index holds it."""
    if field.type is FieldType.NUMBER:
        return number_key(text)
    if field.type is FieldType.CALC:
        return calc_key(field, text)
    folded = fold(text) if field.type in FOLDED_TYPES else None
    return Searchable(text_key(text), None, folded)


def calc_key(field: Field, text: str) -> Searchable:
    """Return the result of a formula as the index holds it, by the format it is shown in."""
    shown_as = field.settings.get("format", "NUMBER")
    if shown_as in DURATIONS:
        return Searchable(text_key(text), duration_minutes(text))
    if shown_as in {"DATE", "DATETIME"}:
        return Searchable(text_key(text))
    return number_key(text)


def cell_rows(
    form: Form, content: Content, assignees: list[str], file_names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the cells of one record, without the number of the record; files are found by their names."""
    for field in form.fields.values():
        if field.type is FieldType.SUBTABLE:
            for position, row in enumerate(content.rows.get(field.id, ())):
                yield _cell(field.id, position, 0, Searchable(None))
                for column in field.columns.values():
                    yield from _value_cells(column, row.values.get(column.id), position, file_names)
        elif field.type is FieldType.STATUS_ASSIGNEE:
            yield from _value_cells(field, assignees, 0, file_names)
        else:
            yield from _value_cells(field, content.values.get(field.id), 0, file_names)


def _value_cells(field: Field, value: StoredValue, row: int, file_names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    texts = value if isinstance(value, list) else [value]
    for item, text in enumerate(texts):
        if text:
            shown = file_names.get(text, "") if field.type is FieldType.FILE else text
            yield _cell(field.id, row, item, searchable(field, shown))


def _cell(field_id: int, row: int, item: int, found: Searchable) -> dict[str, Any]:
    return {
        "field_id": field_id,
        "row": row,
        "item": item,
        "text": found.text,
        "number": found.number,
        "folded": found.folded,
    }
