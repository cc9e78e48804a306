"""Comparisons of what a record's own columns hold: number, status, people and times."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement, false, not_, or_

from marketplace.sandbox.form import FieldType, Form
from marketplace.sandbox.models import Record
from marketplace.sandbox.query.errors import empty_compared, function_unsuited, no_moment, no_number
from marketplace.sandbox.query.operators import NEGATIVE, Subject
from marketplace.sandbox.query.predicates import Bounds, Surroundings, moment_bounds, texts_of
from marketplace.sandbox.query.tree import Comparison, Literal, Operator, Value
from marketplace.sandbox.records.numbers import read_number
from marketplace.sandbox.records.requests import MAX_RECORD_ID

COLUMNS: dict[FieldType, Any] = {
    FieldType.RECORD_NUMBER: Record.record_id,
    FieldType.STATUS: Record.status,
    FieldType.CREATOR: Record.creator,
    FieldType.MODIFIER: Record.modifier,
    FieldType.CREATED_TIME: Record.created_at,
    FieldType.UPDATED_TIME: Record.updated_at,
}


def system_condition(subject: Subject, comparison: Comparison, around: Surroundings) -> ColumnElement[bool]:
    """Return the condition on the record's own column."""
    if subject.type is FieldType.RECORD_NUMBER:
        positive = _number_test(comparison, around.form)
    elif subject.type in {FieldType.CREATED_TIME, FieldType.UPDATED_TIME}:
        positive = _time_test(COLUMNS[subject.type], comparison, around)
    elif subject.type is FieldType.STATUS:
        positive = _status_test(comparison, around)
    else:
        positive = COLUMNS[subject.type].in_(texts_of(subject.type, comparison.values, around) or [])
    return not_(positive) if comparison.operator in NEGATIVE else positive


def _number_test(comparison: Comparison, form: Form) -> ColumnElement[bool]:
    """Compare the number of records; parts of a number lie between two records."""
    numbers = [_read_number(value, form) for value in comparison.values]
    lows = [_whole(number, ROUND_CEILING) for number in numbers]
    highs = [_whole(number, ROUND_FLOOR) for number in numbers]
    if comparison.operator in {Operator.LESS, Operator.GREATER_EQUAL}:
        return Bounds(lows[0], lows[0]).test(Record.record_id, comparison.operator)
    if comparison.operator in {Operator.GREATER, Operator.LESS_EQUAL}:
        return Bounds(highs[0], highs[0]).test(Record.record_id, comparison.operator)
    # One list instead of many alternatives: SQLite refuses expressions that are a thousand deep.
    return Record.record_id.in_({low for low, high in zip(lows, highs, strict=True) if low == high})


def _read_number(value: Value, form: Form) -> Decimal:
    if not isinstance(value, Literal):
        raise function_unsuited(value)
    number = read_number(value.text.removeprefix(f"{form.app_code}-") if form.app_code else value.text)
    if number is None:
        raise no_number(value.text)
    return number


def _whole(number: Decimal, rounding: str) -> int:
    """Return a whole number that the database can compare; beyond all records one step outside suffices."""
    bounded = max(Decimal(-1), min(number, Decimal(MAX_RECORD_ID)))
    return int(bounded.to_integral_value(rounding))


def _time_test(column: Any, comparison: Comparison, around: Surroundings) -> ColumnElement[bool]:
    if comparison.values == (Literal(""),):
        if comparison.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
            return false()  # these times are never empty
        raise empty_compared(comparison.operator)
    bounds = moment_bounds(comparison.values[0], around)
    if not isinstance(bounds.low, datetime):
        raise no_moment(str(bounds.low))
    return bounds.test(column, comparison.operator)


def _status_test(comparison: Comparison, around: Surroundings) -> ColumnElement[bool]:
    """Compare the status; a record from before the process was switched on counts as in the first state."""
    names = texts_of(FieldType.STATUS, comparison.values, around) or []
    known = Record.status.in_(names)
    first = around.form.process.first
    return or_(known, Record.status.is_(None)) if first is not None and first.name in names else _never_null(known)


def _never_null(test: ColumnElement[bool]) -> ColumnElement[bool]:
    return test & Record.status.is_not(None)
