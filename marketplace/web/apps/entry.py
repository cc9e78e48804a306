"""What stands in the controls of a record's form: read from a sent form, from a record, or of defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from marketplace.sandbox.form import BUILT_IN_TYPES, LIST_TYPES, WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.records.defaults import Birth, default_value
from marketplace.web.apps.rich_text import lines_of_rich_text

Document = dict[str, Any]
Typed = tuple[str, ...]
"""The texts of one control; nothing filled in is the empty tuple, whatever the type."""
MOST_ROWS = 1000
READ_ONLY = "$readOnly"
"""Marks a field of the form that the caller may see and not change; no field of kintone's has such a setting."""
UPLOADED = "u:"
"""Stands before the key of a file that was uploaded and not attached yet."""
PRINCIPALS = frozenset({FieldType.USER_SELECT, FieldType.ORGANIZATION_SELECT, FieldType.GROUP_SELECT})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a control stands: a field at the top, or a column in a row of a table."""

    field: Field
    table: Field | None = None
    row: int = 0

    @property
    def name(self) -> str:
        """The name and id of the control."""
        if self.table is None:
            return f"f{self.field.id}"
        return f"f{self.table.id}-{self.row}-{self.field.id}"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row of a table; a new one has no id yet."""

    id: str = ""
    values: Mapping[str, Typed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything in the controls: values by field code, rows by table code."""

    values: Mapping[str, Typed] = field(default_factory=dict)
    rows: Mapping[str, tuple[EntryRow, ...]] = field(default_factory=dict)
    fetched: frozenset[str] = frozenset()
    """Names of the lookups whose values are to be copied anew although their key is the same."""

    def at(self, spot: Spot) -> Typed:
        """Return what stands in a control."""
        if spot.table is None:
            return self.values.get(spot.field.code, ())
        rows = self.rows.get(spot.table.code, ())
        return rows[spot.row].values.get(spot.field.code, ()) if spot.row < len(rows) else ()

    def put(self, spot: Spot, typed: Typed) -> Entry:
        """Return the entry with another value in one control."""
        if spot.table is None:
            return Entry({**self.values, spot.field.code: typed}, self.rows, self.fetched)
        rows = list(self.rows.get(spot.table.code, ()))
        rows[spot.row] = EntryRow(rows[spot.row].id, {**rows[spot.row].values, spot.field.code: typed})
        return self.with_rows(spot.table, rows)

    def with_rows(self, table: Field, rows: list[EntryRow]) -> Entry:
        """Return the entry with other rows in one table."""
        return Entry(self.values, {**self.rows, table.code: tuple(rows)}, self.fetched)

    def fetch(self, spot: Spot) -> Entry:
        """Return the entry with one lookup marked to be copied anew."""
        return Entry(self.values, self.rows, self.fetched | {spot.name})


def is_filled_in(form: Form, of: Field) -> bool:
    """Tell whether the caller fills a field in: the server, or somebody with more rights, decides the others."""
    if of.type in BUILT_IN_TYPES | WITHOUT_VALUE or READ_ONLY in of.settings:
        return False
    return not (of.is_computed or of.code in form.copied_codes)


def fields_filled_in(form: Form) -> list[Field]:
    """Return the top-level fields with controls, tables among them."""
    return [each for each in form.fields.values() if is_filled_in(form, each)]


def spots_of(form: Form, entry: Entry) -> Iterator[Spot]:
    """Yield every place with a control."""
    for each in fields_filled_in(form):
        if each.type is not FieldType.SUBTABLE:
            yield Spot(each)
            continue
        columns = [column for column in each.columns.values() if is_filled_in(form, column)]
        for position in range(len(entry.rows.get(each.code, ()))):
            for column in columns:
                yield Spot(column, each, position)


def find_spot(form: Form, entry: Entry, name: str) -> Spot | None:
    """Return the place of a name, None if there is no such control."""
    return next((spot for spot in spots_of(form, entry) if spot.name == name), None)


def entry_of_form(form: Form, sent: MultiDict[str, str], shown: frozenset[int]) -> Entry:
    """Read a sent form; fields that were not on it, by number, are left out."""
    values: dict[str, Typed] = {}
    rows: dict[str, tuple[EntryRow, ...]] = {}
    for each in fields_filled_in(form):
        if each.id not in shown:
            continue
        if each.type is FieldType.SUBTABLE:
            rows[each.code] = tuple(_sent_rows(form, each, sent))
        else:
            values[each.code] = _sent_value(Spot(each), sent)
    return Entry(values, rows, frozenset(name[:-6] for name in sent if name.endswith("-fetch")))


def _sent_rows(form: Form, table: Field, sent: MultiDict[str, str]) -> Iterator[EntryRow]:
    columns = [column for column in table.columns.values() if is_filled_in(form, column)]
    for position in range(MOST_ROWS):
        row_id = sent.get(f"f{table.id}-{position}-id")
        if row_id is None:
            return
        yield EntryRow(
            row_id if row_id.isascii() and row_id.isdigit() else "",
            {column.code: _sent_value(Spot(column, table, position), sent) for column in columns},
        )


def _sent_value(spot: Spot, sent: MultiDict[str, str]) -> Typed:
    return tidy(spot.field, sent.getlist(spot.name))


def tidy(of: Field, texts: list[str]) -> Typed:
    """Return texts as the controls hold them: lines end with LF, and nothing is the empty tuple."""
    clean = [text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "") for text in texts]
    if of.type in LIST_TYPES:
        return tuple(dict.fromkeys(text for text in clean if text))
    return tuple(clean[:1]) if clean and clean[0] else ()


def entry_of_record(form: Form, record: Document, *, is_new: bool = False) -> Entry:
    """Return what the controls show of a record in REST shape; a new one takes neither files nor row numbers along."""
    values: dict[str, Typed] = {}
    rows: dict[str, tuple[EntryRow, ...]] = {}
    for each in fields_filled_in(form):
        if each.code not in record:
            continue
        held = record[each.code].get("value")
        if each.type is FieldType.SUBTABLE:
            columns = [column for column in each.columns.values() if is_filled_in(form, column)]
            rows[each.code] = tuple(_held_row(form, columns, row, is_new=is_new) for row in held or ())
        else:
            values[each.code] = _held_value(form, each, held, is_new=is_new)
    return Entry(values, rows)


def _held_row(form: Form, columns: list[Field], row: Document, *, is_new: bool) -> EntryRow:
    cells = row.get("value") or {}
    return EntryRow(
        "" if is_new else str(row.get("id") or ""),
        {
            each.code: _held_value(form, each, (cells.get(each.code) or {}).get("value"), is_new=is_new)
            for each in columns
        },
    )


def _held_value(form: Form, of: Field, held: Any, *, is_new: bool) -> Typed:
    if not held:
        return ()
    if of.type is FieldType.FILE:
        return () if is_new else tuple(str(each["fileKey"]) for each in held)
    if of.type in PRINCIPALS:
        return tuple(str(each["code"]) for each in held)
    if isinstance(held, list):
        return tidy(of, [str(each) for each in held])
    return tidy(of, [_held_text(form, of, str(held))])


def _held_text(form: Form, of: Field, held: str) -> str:
    if of.type is FieldType.RICH_TEXT:
        return lines_of_rich_text(held)
    return local_moment(held, form.timezone) if of.type is FieldType.DATETIME else held


def local_moment(text: str, timezone: str) -> str:
    """Return a moment as a control for date and time holds it, in the time zone of the workspace."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None).isoformat(timespec="minutes")


def default_row(form: Form, table: Field, birth: Birth) -> EntryRow:
    """Return a new row with its defaults."""
    columns = (each for each in table.columns.values() if is_filled_in(form, each))
    return EntryRow("", {each.code: _default_value(form, each, birth) for each in columns})


def _default_value(form: Form, of: Field, birth: Birth) -> Typed:
    stored = default_value(of, birth)
    if isinstance(stored, list):
        return tidy(of, stored)
    return tidy(of, [_held_text(form, of, stored)]) if stored else ()
