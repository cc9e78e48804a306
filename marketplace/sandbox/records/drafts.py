"""Makes the content of a record out of what a call sent: defaults for a new one, merged for an existing one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from marketplace.sandbox.errors import InvalidJsonError
from marketplace.sandbox.form import BUILT_IN_TYPES, WITHOUT_VALUE, Field, FieldType, Form, JsonObject
from marketplace.sandbox.records.content import Content, Row, empty_value, file_keys
from marketplace.sandbox.records.defaults import Birth, default_value
from marketplace.sandbox.records.errors import DuplicateRowIdError
from marketplace.sandbox.records.problems import Place, Problems
from marketplace.sandbox.records.requests import read_cells
from marketplace.sandbox.records.values import WRITABLE, read_list, read_text, read_value

MAX_ROW_DIGITS = 18


@dataclass(slots=True)
class Draft:
    """A record in the making; `sent` lists the places whose value the caller gave."""

    root: str
    content: Content
    is_new: bool
    sent: list[tuple[Field, Row | None]] = field(default_factory=list)
    kept_files: frozenset[str] = frozenset()
    """Keys the record held before; the caller may send them again."""
    _sent_places: set[tuple[int, int]] = field(default_factory=set)

    def note_sent(self, of: Field, row: Row | None) -> None:
        """Remember that the caller gave the value of a place."""
        self.sent.append((of, row))
        self._sent_places.add((of.id, id(row)))

    def was_sent(self, of: Field, row: Row | None) -> bool:
        """Tell whether the caller gave the value of a place."""
        return (of.id, id(row)) in self._sent_places


class DraftMaker:
    """Makes drafts for one form; collects what is wrong with any of them."""

    def __init__(self, form: Form, birth: Birth, problems: Problems) -> None:
        """Keep the form, the circumstances defaults depend on, and where problems go."""
        self.form = form
        self.birth = birth
        self.problems = problems
        self.copied = form.copied_codes

    def new(self, root: str, values: JsonObject) -> Draft:
        """Make the draft of a new record."""
        draft = Draft(root, Content(), is_new=True)
        for each in self._fields():
            if each.type is FieldType.SUBTABLE:
                rows = values.get(each.code)
                draft.content.rows[each.id] = [
                    self._new_row(draft, each, position, cells) for position, (_, cells) in enumerate(_read_rows(rows))
                ]
            else:
                self._fill_new(draft, None, each, values)
        return draft

    def merged(self, root: str, values: JsonObject, old: Content) -> Draft:
        """Make the draft of a changed record: what was not sent stays."""
        draft = Draft(root, old, is_new=False, kept_files=file_keys(self.form, old))
        for each in self._fields():
            if each.type is FieldType.SUBTABLE:
                rows = old.rows.get(each.id, [])
                draft.content.rows[each.id] = (
                    self._merge_rows(draft, each, rows, values[each.code]) if each.code in values else rows
                )
            elif each.code in values:
                self._take(draft, None, each, values[each.code])
            else:
                draft.content.values.setdefault(each.id, empty_value(each))
        return draft

    def _fields(self) -> Iterator[Field]:
        for each in self.form.fields.values():
            if each.type not in BUILT_IN_TYPES | WITHOUT_VALUE:
                yield each

    def _fill_new(self, draft: Draft, row: Row | None, each: Field, cells: JsonObject) -> None:
        if each.code in self.copied:
            draft.content.put(each, row, empty_value(each))
        elif each.code in cells:
            draft.content.put(each, row, empty_value(each))
            self._take(draft, row, each, cells[each.code])
        else:
            draft.content.put(each, row, default_value(each, self.birth))

    def _take(self, draft: Draft, row: Row | None, each: Field, raw: Any, place: Place | None = None) -> None:
        """Set what the caller sent, unless the server alone decides the value."""
        if each.is_computed or each.code in self.copied or each.type not in WRITABLE:
            return
        if place is None:
            place = Place(draft.root)
        draft.content.put(each, row, read_value(each, raw, place, self.problems))
        draft.note_sent(each, row)

    def _new_row(self, draft: Draft, table: Field, position: int, cells: JsonObject) -> Row:
        row = Row(None)
        place = Place(draft.root).in_row(table.code, position)
        for column in table.columns.values():
            row.values[column.id] = empty_value(column)
            if column.code in cells:
                self._take(draft, row, column, cells[column.code], place)
            elif column.code not in self.copied:
                row.values[column.id] = default_value(column, self.birth)
        return row

    def _merge_rows(self, draft: Draft, table: Field, old: list[Row], raw: Any) -> list[Row]:
        known = {row.id: row for row in old}
        seen: set[int] = set()
        rows = []
        for position, (row_id, cells) in enumerate(_read_rows(raw)):
            if row_id in seen:
                raise DuplicateRowIdError(id=row_id)
            row = known.get(row_id) if row_id is not None else None
            if row_id is not None:
                seen.add(row_id)
            if row is None:
                rows.append(self._new_row(draft, table, position, cells))
                continue
            self._change_row(draft, table, position, row=row, cells=cells)
            rows.append(row)
        return rows

    def _change_row(self, draft: Draft, table: Field, position: int, *, row: Row, cells: JsonObject) -> None:
        place = Place(draft.root).in_row(table.code, position)
        for column in table.columns.values():
            row.values.setdefault(column.id, empty_value(column))
            if column.code in cells:
                self._take(draft, row, column, cells[column.code], place)


def _read_rows(raw: Any) -> Iterator[tuple[int | None, JsonObject]]:
    """Yield the id and the raw values of each row sent. Raises InvalidJsonError."""
    for each in read_list(raw):
        if not isinstance(each, dict):
            raise InvalidJsonError
        yield _read_row_id(each.get("id")), read_cells(each.get("value"))


def _read_row_id(raw: Any) -> int | None:
    text = read_text(raw)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > MAX_ROW_DIGITS:
        raise InvalidJsonError
    return int(text)
