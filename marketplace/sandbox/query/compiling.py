"""Turns the tree of a query into one statement over records and their cells, the same for both databases.

Conditions on cells are memberships in uncorrelated subqueries: the index on field and value answers them, and
negation never meets NULL. Inside tables a positive condition holds if any row matches, a negative one if there are
rows and none matches the opposite; positive conditions joined by `and` must hold in the same row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, not_, or_, select
from sqlalchemy.orm import aliased

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import LIST_TYPES, WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.query.errors import at, misused
from marketplace.sandbox.query.operators import CHOICE_TYPES, Subject, check_comparison, find_subject
from marketplace.sandbox.query.predicates import Predicate, Reach, Surroundings, make_predicate
from marketplace.sandbox.query.system_columns import COLUMNS, system_condition
from marketplace.sandbox.query.tree import AllOf, Comparison, Condition, Query, Sort

DEFAULT_LIMIT = 100
UNSORTABLE = WITHOUT_VALUE | {FieldType.SUBTABLE, FieldType.CATEGORY}
BY_NUMBER = frozenset({FieldType.NUMBER, FieldType.CALC})


def compile_query(query: Query, form: Form, caller: Caller, now: datetime, reach: Reach | None = None) -> Select[int]:
    """Return the statement that yields the record numbers a query selects, in its order; `reach` limits it.

    Raises PlatformErrors for fields, operators and values that don't fit the form.
    """
    reach = reach or Reach()
    statement = select(Record.record_id).where(compile_condition(query, form, caller, now, reach), reach.records)
    for sort in query.order:
        with at(sort.field):
            statement = _sorted(statement, sort, form, reach)
    if all(sort.field.code != "$id" for sort in query.order):
        statement = statement.order_by(Record.record_id.desc())
    limit = DEFAULT_LIMIT if query.limit is None else query.limit
    return statement.limit(limit).offset(query.offset or 0)


def compile_condition(
    query: Query, form: Form, caller: Caller, now: datetime, reach: Reach | None = None
) -> ColumnElement[bool]:
    """Return the condition of a query on records, the app among it."""
    own = Record.app_pk == form.app_pk
    if query.condition is None:
        return own
    found = _Compiler(Surroundings(form, caller, now, reach or Reach())).condition(query.condition)
    return own if found is None else and_(own, found)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The comparisons joined by one `and`: those that stand alone, those of one table, those of one field."""

    conditions: list[ColumnElement[bool]] = dataclass_field(default_factory=list)
    by_table: dict[str, list[tuple[Field, Predicate]]] = dataclass_field(default_factory=lambda: defaultdict(list))
    by_field: dict[str, list[Predicate]] = dataclass_field(default_factory=lambda: defaultdict(list))


class _Compiler:
    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.form = around.form

    def condition(self, condition: Condition) -> ColumnElement[bool] | None:
        """Return what a condition asks; None where all of it is to be ignored."""
        if isinstance(condition, Comparison):
            return self._all([condition])
        if isinstance(condition, AllOf):
            return self._all(_flat(condition))
        parts = [found for part in condition.parts if (found := self.condition(part)) is not None]
        return or_(*parts) if parts else None

    def _all(self, parts: Sequence[Condition]) -> ColumnElement[bool] | None:
        """Join parts by `and`; positive conditions of one table share a row, those of one field a search."""
        found = _Gathered()
        for part in parts:
            if isinstance(part, Comparison):
                with at(part.field):
                    self._gather(part, found)
            elif (alone := self.condition(part)) is not None:
                found.conditions.append(alone)
        rows = [self._same_row(self.form.fields[table], tests) for table, tests in found.by_table.items()]
        searches = [self._together(self.form.fields[code], tests) for code, tests in found.by_field.items()]
        joined = [*found.conditions, *rows, *chain.from_iterable(searches)]
        return and_(*joined) if joined else None

    def _gather(self, comparison: Comparison, found: _Gathered) -> None:
        """Put a comparison where it is searched together with others."""
        subject = find_subject(self.form, comparison.field)
        check_comparison(self.form, comparison, subject)
        field = subject.field
        if field is not None and field.id in self.around.reach.fields:
            found.conditions.append(self.around.reach.fields[field.id])
        if field is None or subject.type in COLUMNS:
            found.conditions.append(system_condition(subject, comparison, self.around))
            return
        predicate = make_predicate(field, comparison, self.around)
        if predicate is None:
            return
        if predicate.negated or (field.table is None and predicate.or_empty):
            found.conditions.append(self._single(field, predicate))
        elif field.table is not None:
            found.by_table[field.table].append((field, predicate))
        else:
            found.by_field[field.code].append(predicate)

    def _together(self, field: Field, predicates: Sequence[Predicate]) -> list[ColumnElement[bool]]:
        """Search a field with one value once for all its conditions: `from <= date and date <= to` is one range."""
        if field.type in LIST_TYPES or field.type is FieldType.STATUS_ASSIGNEE:
            return [self._single(field, predicate) for predicate in predicates]
        together = and_(*(predicate.matches(Cell) for predicate in predicates))
        return [Record.record_id.in_(self._records_with(field, together))]

    def _single(self, field: Field, predicate: Predicate) -> ColumnElement[bool]:
        if field.table is not None:
            return self._every_row(self.form.fields[field.table], field, predicate)
        positive = or_(
            Record.record_id.in_(self._records_with(field, predicate.matches(Cell))),
            Record.record_id.not_in(self._records_with(field, predicate.filled(Cell)))
            if predicate.or_empty
            else false(),
        )
        return not_(positive) if predicate.negated else positive

    def _records_with(self, field: Field, test: ColumnElement[bool]) -> Select[int]:
        return select(Cell.record_id).where(Cell.app_pk == self.form.app_pk, Cell.field_id == field.id, test)

    def _same_row(self, table: Field, tests: Sequence[tuple[Field, Predicate]]) -> ColumnElement[bool]:
        """Begin with the rows that pass one test, by the index, and look up the others row by row."""
        start = next((test for test in tests if not test[1].or_empty), None)
        if start is None:
            return Record.record_id.in_(self._rows(table, tests))
        field, predicate = start
        row: Any = aliased(Cell)
        others = (_row_test(row, *test) for test in tests if test is not start)
        found = select(row.record_id).where(
            row.app_pk == self.form.app_pk, row.field_id == field.id, predicate.matches(row), *others
        )
        return Record.record_id.in_(found)

    def _every_row(self, table: Field, field: Field, predicate: Predicate) -> ColumnElement[bool]:
        return and_(
            Record.record_id.in_(self._rows(table, ())),
            Record.record_id.not_in(self._rows(table, [(field, predicate)])),
        )

    def _rows(self, table: Field, tests: Sequence[tuple[Field, Predicate]]) -> Select[int]:
        """Return the records with a row of the table that passes all tests."""
        row: Any = aliased(Cell)
        return select(row.record_id).where(
            row.app_pk == self.form.app_pk,
            row.field_id == table.id,
            *(_row_test(row, field, predicate) for field, predicate in tests),
        )


@dataclass(frozen=True, slots=True)
class _CellOfRow:
    """The columns of a cell that is found by its row: written so that no planner reaches for the index on values."""

    text: Any
    number: Any
    folded: Any


def _row_test(row: Any, field: Field, predicate: Predicate) -> ColumnElement[bool]:
    cell: Any = aliased(Cell)
    found = _CellOfRow(cell.text.concat(""), cell.number + 0, cell.folded)

    def in_row(test: ColumnElement[bool]) -> ColumnElement[bool]:
        same = (cell.app_pk == row.app_pk, cell.record_id == row.record_id, cell.row == row.row)
        return exists().where(*same, cell.field_id == field.id, test).correlate(row)

    positive = in_row(predicate.matches(found))
    return or_(positive, not_(in_row(predicate.filled(found)))) if predicate.or_empty else positive


def _flat(condition: AllOf) -> list[Condition]:
    parts: list[Condition] = []
    for part in condition.parts:
        parts.extend(_flat(part) if isinstance(part, AllOf) else [part])
    return parts


def _sorted(statement: Select[int], sort: Sort, form: Form, reach: Reach) -> Select[int]:
    """Add one field to the order; empty values come first going up, last going down, and hidden ones count as empty."""
    subject = find_subject(form, sort.field)
    field = subject.field
    shown = None if field is None else reach.fields.get(field.id)
    if field is None or subject.type in COLUMNS:
        key = _system_key(subject, form)
        # Without a word on NULLs, which only the status can be, PostgreSQL reads the index backwards.
        if shown is None and subject.type is not FieldType.STATUS:
            return statement.order_by(key.desc() if sort.descending else key.asc())
        return _directed(statement, sort, key, shown)
    if field.table is not None or field.type in UNSORTABLE:
        raise misused("このフィールドでは並べ替えできません。", "Records cannot be sorted by this field.")
    cell: Any = aliased(Cell)
    joined = statement.outerjoin(
        cell,
        and_(
            cell.app_pk == Record.app_pk,
            cell.record_id == Record.record_id,
            cell.field_id == field.id,
            cell.row == 0,
            cell.item == 0,
        ),
    )
    return _directed(joined, sort, _cell_key(cell, field), shown)


def _directed(statement: Select[int], sort: Sort, key: Any, shown: ColumnElement[bool] | None) -> Select[int]:
    if shown is not None:
        key = case((shown, key), else_=None)
    return statement.order_by(key.desc().nulls_last() if sort.descending else key.asc().nulls_first())


def _system_key(subject: Subject, form: Form) -> Any:
    if subject.type is not FieldType.STATUS:
        return COLUMNS[subject.type]
    first = form.process.first
    positions = {state.name: state.index for state in form.process.by_name.values()}
    if first is None:
        return Record.status
    return case(positions, value=Record.status, else_=first.index)


def _cell_key(cell: Any, field: Field) -> Any:
    """Return what a field sorts by: numbers by size, options by their order in the settings, the rest by text."""
    if field.type in CHOICE_TYPES and field.options:
        return case(dict(field.options), value=cell.text)
    by_text = field.type is FieldType.CALC and field.settings.get("format") in {"DATE", "DATETIME"}
    return cell.number if field.type in BY_NUMBER and not by_text else cell.text
