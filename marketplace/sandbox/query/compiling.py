"""Turns the tree of a query into one statement over records and their cells, the same for both databases.

Conditions on cells are memberships in uncorrelated subqueries: the index on field and value answers them, and
negation never meets NULL. Inside tables a positive condition holds if any row matches, a negative one if there are
rows and none matches the opposite; positive conditions joined by `and` must hold in the same row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.query.errors import QueryInvalidError
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
    return and_(own, _Compiler(Surroundings(form, caller, now, reach or Reach())).condition(query.condition))


class _Compiler:
    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.form = around.form

    def condition(self, condition: Condition) -> ColumnElement[bool]:
        if isinstance(condition, Comparison):
            return self._all([condition])
        if isinstance(condition, AllOf):
            return self._all(_flat(condition))
        return or_(*(self.condition(part) for part in condition.parts))

    def _all(self, parts: Sequence[Condition]) -> ColumnElement[bool]:
        """Join parts by `and`; the positive conditions of one table share a row."""
        conditions: list[ColumnElement[bool]] = []
        by_table: dict[str, list[tuple[Field, Predicate]]] = defaultdict(list)
        for part in parts:
            if not isinstance(part, Comparison):
                conditions.append(self.condition(part))
                continue
            subject = find_subject(self.form, part.field)
            check_comparison(self.form, part, subject)
            if subject.field is not None and subject.field.id in self.around.reach.fields:
                conditions.append(self.around.reach.fields[subject.field.id])
            if subject.field is None or subject.type in COLUMNS:
                conditions.append(system_condition(subject, part, self.around))
                continue
            predicate = make_predicate(subject.field, part, self.around)
            if predicate is None:
                continue
            if subject.field.table is not None and not predicate.negated:
                by_table[subject.field.table].append((subject.field, predicate))
            else:
                conditions.append(self._single(subject.field, predicate))
        conditions += [self._same_row(self.form.fields[table], tests) for table, tests in by_table.items()]
        return and_(true(), *conditions)

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
        if len(tests) == 1 and not tests[0][1].or_empty:
            field, predicate = tests[0]
            return Record.record_id.in_(self._records_with(field, predicate.matches(Cell)))
        return Record.record_id.in_(self._rows(table, tests))

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
        return _directed(statement, sort, _system_key(subject, form), shown)
    if field.table is not None or field.type in UNSORTABLE:
        raise QueryInvalidError
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
