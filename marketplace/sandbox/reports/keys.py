"""The values that reports group by: where they stand in the database, what they mean, and how they sort.

A record stands in the group of each option, person or table row it holds; what is empty has the key None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from marketplace.sandbox.form import LIST_TYPES, WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.principals import KIND_OF_TYPE, USER
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.query.system_columns import COLUMNS
from marketplace.sandbox.records.moments import parse_moment
from marketplace.sandbox.records.numbers import read_number
from marketplace.sandbox.records.record_numbers import write_record_number
from marketplace.sandbox.reports.periods import (
    MONTHS_OF,
    has_whole_hours,
    period_of_day,
    period_of_moment,
    period_of_time,
)
from marketplace.sandbox.reports.reading import Group
from marketplace.sandbox.rights.sight import Sight

Key = str | None
Decode = Callable[[Any], Key]
Statement = Select[Any]
MANY = LIST_TYPES | {FieldType.STATUS_ASSIGNEE}
PEOPLE = {
    **KIND_OF_TYPE,
    **dict.fromkeys((FieldType.CREATOR, FieldType.MODIFIER, FieldType.STATUS_ASSIGNEE), USER),
}
NEVER_GROUPED = WITHOUT_VALUE | {FieldType.SUBTABLE, FieldType.CATEGORY}
SYSTEM_TIMES = {FieldType.CREATED_TIME, FieldType.UPDATED_TIME}
MONTH_LETTERS, HOUR_LETTERS = len("2026-04"), len("2026-04-01T09")


class Joins:
    """A statement over records, and the cells joined to it so far; fields of one table share its row."""

    def __init__(self, sight: Sight) -> None:
        """Begin with the records alone."""
        self.form = sight.form
        self.shown = sight.reach.fields
        self.statement: Statement = select(literal(1)).select_from(Record)
        self._rows: dict[str, Any] = {}

    def text_of(self, field: Field) -> ColumnElement[Any]:
        """Join the cells of a field and return their text; NULL where it is empty."""
        cell: Any = aliased(Cell)
        same = [cell.app_pk == Record.app_pk, cell.record_id == Record.record_id, cell.field_id == field.id]
        # The row is named outside tables too: it keeps planners from the index on values, which would be read whole.
        same.append(cell.row == (0 if field.table is None else self._row_of(field.table).row))
        if field.type not in MANY:
            same.append(cell.item == 0)
        self.statement = self.statement.outerjoin(cell, and_(*same))
        return self.as_shown(field, cell.text)

    def as_shown(self, field: Field, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a value, or NULL in the records that hide its field from the caller."""
        return case((self.shown[field.id], value), else_=None) if field.id in self.shown else value

    def _row_of(self, table: str) -> Any:
        """Join the rows of a table, once for all its fields."""
        if table not in self._rows:
            row: Any = aliased(Cell)
            self._rows[table] = row
            self.statement = self.statement.outerjoin(
                row,
                and_(
                    row.app_pk == Record.app_pk,
                    row.record_id == Record.record_id,
                    row.field_id == self.form.fields[table].id,
                    row.item == 0,
                ),
            )
        return self._rows[table]


@dataclass(frozen=True, slots=True)
class GroupField:
    """One level of grouping against the form."""

    field: Field
    per: str
    form: Form
    fiscal_month: int

    def expression(self, joins: Joins) -> ColumnElement[Any]:
        """Return what the database groups by; months at the finest where that suffices, so that groups stay few."""
        field = self.field
        if field.type in NEVER_GROUPED:
            return literal(None)
        if field.type is FieldType.STATUS:
            first = self.form.process.first
            return joins.as_shown(field, func.coalesce(Record.status, first.name if first else None))
        if field.type in COLUMNS:
            return joins.as_shown(field, COLUMNS[field.type])
        text = joins.text_of(field)
        letters = self._letters()
        return func.substr(text, 1, letters) if letters else text

    def _letters(self) -> int | None:
        """Return how many letters of a date or moment tell its period; None where all do."""
        if self._kind == "DATE" and self.per in MONTHS_OF:
            return MONTH_LETTERS
        by_hour = self.per not in {"MINUTE", ""} and has_whole_hours(self.form.timezone)
        return HOUR_LETTERS if self._kind == "MOMENT" and by_hour else None

    def decode(self, raw: Any) -> Key:
        """Return the key of a raw value."""
        if raw is None or raw == "":
            return None
        return _DECODERS.get(self._kind, _plain)(self, raw)

    def sort_key(self, key: Key, names: Mapping[str, str]) -> tuple[int, int, Decimal, str]:
        """Return what keys sort by: nothing first, options as in the form, numbers by size, the rest by text."""
        if key is None:
            return (0, 0, Decimal(0), "")
        position = self._positions().get(key, len(self._positions()))
        number = read_number(key) if self._is_number else None
        return (1, position, number if number is not None else Decimal(0), names.get(key, key))

    @property
    def people(self) -> str | None:
        """Whom the keys name: users, groups or organisations; None for other fields."""
        return PEOPLE.get(self.field.type)

    @property
    def is_period(self) -> bool:
        """Tell whether the keys are beginnings of periods."""
        return self._kind in {"DATE", "MOMENT", "SYSTEM_TIME", "TIME"}

    @property
    def _kind(self) -> str:
        if self.field.type in SYSTEM_TIMES:
            return "SYSTEM_TIME"
        shown_as = self.field.settings.get("format") if self.field.type is FieldType.CALC else self.field.type.value
        return "MOMENT" if shown_as == "DATETIME" else str(shown_as)

    @property
    def _is_number(self) -> bool:
        return self.field.type in {
            FieldType.NUMBER,
            FieldType.CALC,
            FieldType.RECORD_NUMBER,
        }

    def _positions(self) -> Mapping[str, int]:
        if self.field.type is FieldType.STATUS:
            return {state.name: state.index for state in self.form.process.by_name.values()}
        return self.field.options


def group_field(form: Form, group: Group, fiscal_month: int) -> GroupField:
    """Return a level of grouping against the form. Raises QueryFieldNotFoundError."""
    return GroupField(require_field(form, group.code), group.per, form, fiscal_month)


def require_field(form: Form, code: str) -> Field:
    """Return a field; one that is gone or hidden from the caller raises QueryFieldNotFoundError."""
    field = form.find(code)
    if field is None:
        raise QueryFieldNotFoundError(code=code)
    return field


def _plain(group: GroupField, raw: Any) -> Key:
    if group.field.type is FieldType.RECORD_NUMBER:
        return write_record_number(group.form, int(raw))
    return str(raw)


def _decode_date(group: GroupField, raw: Any) -> Key:
    text = str(raw)
    try:
        day = date.fromisoformat(f"{text}-01" if len(text) == MONTH_LETTERS else text)
    except ValueError:
        return text
    return period_of_day(day, group.per, group.fiscal_month)


def _decode_moment(group: GroupField, raw: Any) -> Key:
    text = str(raw)
    moment = parse_moment(f"{text}:00Z" if len(text) == HOUR_LETTERS else text)
    if moment is None:
        return str(raw)
    return period_of_moment(moment, group.per, group.fiscal_month, group.form.timezone)


def _decode_system_time(group: GroupField, raw: datetime) -> Key:
    return period_of_moment(raw.astimezone(UTC), group.per, group.fiscal_month, group.form.timezone)


_DECODERS: dict[str, Callable[[GroupField, Any], Key]] = {
    "DATE": _decode_date,
    "MOMENT": _decode_moment,
    "SYSTEM_TIME": _decode_system_time,
    "TIME": lambda group, raw: period_of_time(str(raw), group.per),
}
