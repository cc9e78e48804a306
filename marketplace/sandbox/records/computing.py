"""Computes the formula fields of a record, in the order they depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.formula import (
    EvaluationError,
    Expression,
    FormulaError,
    FormulaReasonError,
    Scope,
    Value,
    evaluate,
    order_formulas,
    parse_formula,
)
from marketplace.sandbox.formula.dates import seconds_of, seconds_of_date, seconds_of_time
from marketplace.sandbox.formula.evaluating import EMPTY
from marketplace.sandbox.formula.formatting import as_number, as_text, show_number
from marketplace.sandbox.records.content import Content, Row, StoredValue
from marketplace.sandbox.records.moments import parse_moment
from marketplace.sandbox.records.numbers import read_number


@dataclass(frozen=True, slots=True)
class Stamps:
    """Who made and last changed a record, and when."""

    created_at: datetime
    creator: str
    updated_at: datetime
    modifier: str


class FormulaPlan:
    """The formulas of a form in the order to compute them; made once per call."""

    def __init__(self, form: Form) -> None:
        """Parse and order the formulas; what no longer passes the checks of deploying yields nothing."""
        self.form = form
        parsed = {field: _parse(field) for field in form.every_field() if field.is_computed}
        usable = {field: expression for field, expression in parsed.items() if expression is not None}
        try:
            ordered = order_formulas(form, {field: expression.codes for field, expression in usable.items()})
        except FormulaError:
            ordered = []
        self.steps = [(field, usable[field]) for field in ordered]
        self.broken = [field for field in parsed if field not in ordered]

    def compute(self, content: Content, stamps: Stamps) -> None:
        """Set every formula field of a record, in each row of its tables."""
        if self.steps or self.broken:
            _Computation(self, content, stamps).run()


def _parse(field: Field) -> Expression | None:
    try:
        return parse_formula(field.expression)
    except FormulaReasonError:
        return None


class _Computation:
    """One record under computation; keeps exact results, since shown ones may have lost seconds."""

    def __init__(self, plan: FormulaPlan, content: Content, stamps: Stamps) -> None:
        self.plan = plan
        self.form = plan.form
        self.content = content
        self.stamps = stamps
        self.results: dict[tuple[int, int | None], Value | None] = {}

    def run(self) -> None:
        for field in self.plan.broken:
            for row, _ in self.content.cells_of(self.form, field):
                self._set(field, row, None)
        for field, expression in self.plan.steps:
            for row, _ in self.content.cells_of(self.form, field):
                self._set(field, row, self._result(field, expression, row))

    def _set(self, field: Field, row: Row | None, result: Value | None) -> None:
        shown = ""
        if result is not None:
            try:
                shown = _shown(field, result)
            except EvaluationError:
                result = None
        self.results[field.id, _row_key(row)] = result
        self.content.put(field, row, shown)

    def _result(self, field: Field, expression: Expression, row: Row | None) -> Value | None:
        def value_of(code: str) -> Value:
            return self._value_of(code, field.table, row)

        scope = Scope(value_of, self.form.decimal_places, self.form.rounding, self.form.timezone)
        try:
            result = evaluate(expression, scope)
            return as_number(result) if field.type is FieldType.CALC else as_text(result)
        except EvaluationError:
            return None

    def _value_of(self, code: str, table: str | None, row: Row | None) -> Value:
        field = self.form.find(code)
        if field is None:
            raise EvaluationError
        if field.table is None:
            return self._single(field, None, self.content.values.get(field.id))
        if field.table == table and row is not None:
            return self._single(field, row, row.values.get(field.id))
        singles = [self._single(field, each, value) for each, value in self.content.cells_of(self.form, field)]
        numbers = tuple(each for each in singles if isinstance(each, Decimal))
        return numbers if len(numbers) == len(singles) else tuple(each for each in singles if isinstance(each, str))

    def _single(self, field: Field, row: Row | None, stored: StoredValue) -> Value:
        if field.is_computed:
            result = self.results.get((field.id, _row_key(row)))
            if result is None:
                raise EvaluationError
            return result
        if field.type in _SYSTEM:
            return _SYSTEM[field.type](self.stamps)
        if isinstance(stored, list):
            return tuple(stored)
        read = _READ.get(field.type)
        if read is None:
            return stored or ""
        return read(stored) if stored else EMPTY


def _row_key(row: Row | None) -> int | None:
    """Return what tells rows of one record apart: new ones have no number yet."""
    return None if row is None else id(row)


def _shown(field: Field, result: Value) -> str:
    if field.type is FieldType.CALC:
        return show_number(as_number(result), str(field.settings.get("format", "NUMBER")))
    return as_text(result)


def _read_number(text: str) -> Value:
    number = read_number(text)
    return EMPTY if number is None else number


def _read_moment(text: str) -> Value:
    moment = parse_moment(text)
    return EMPTY if moment is None else seconds_of(moment)


_READ: Mapping[FieldType, Callable[[str], Value]] = {
    FieldType.NUMBER: _read_number,
    FieldType.DATE: seconds_of_date,
    FieldType.TIME: seconds_of_time,
    FieldType.DATETIME: _read_moment,
}
_SYSTEM: Mapping[FieldType, Callable[[Stamps], Value]] = {
    FieldType.CREATOR: lambda stamps: stamps.creator,
    FieldType.MODIFIER: lambda stamps: stamps.modifier,
    FieldType.CREATED_TIME: lambda stamps: seconds_of(stamps.created_at.replace(second=0, microsecond=0)),
    FieldType.UPDATED_TIME: lambda stamps: seconds_of(stamps.updated_at.replace(second=0, microsecond=0)),
}
