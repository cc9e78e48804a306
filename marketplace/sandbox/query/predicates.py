"""One comparison as the search index answers it: a test of single cells, and what an empty field means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.query.errors import empty_compared, function_unsuited, misused, no_moment, no_number
from marketplace.sandbox.query.functions import span_of
from marketplace.sandbox.query.operators import EMPTINESS, EQUALITY, MEMBERSHIP, NEGATIVE, TEXTUAL, USER_TYPES
from marketplace.sandbox.query.tree import Call, Comparison, Literal, Operator, Value
from marketplace.sandbox.records.cells import DURATIONS, duration_minutes, fold, number_key, text_key
from marketplace.sandbox.records.moments import local_date, parse_moment, read_date, read_time, write_moment
from marketplace.sandbox.records.numbers import read_number

# SQLite refuses patterns of more than 50,000 bytes.
MAX_PATTERN = 8_000
Column = Any
CellTest = Callable[[Column], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a query may find out: which records, and by field number which of them show a field that not all show."""

    records: ColumnElement[bool] = field(default_factory=true)
    fields: Mapping[int, ColumnElement[bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What values of a query may depend on besides the form."""

    form: Form
    caller: Caller
    now: datetime
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A positive test, and whether the comparison means its opposite."""

    matches: CellTest
    """Tests a cell (the class Cell or an alias of it)."""
    or_empty: bool = False
    """The positive test also holds where the field is empty."""
    negated: bool = False
    filled: CellTest = lambda _cell: true()
    """Tells a cell that counts as a value from one that counts as empty."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest value that counts as equal, and the first one beyond; both are the same for a single value."""

    low: Any
    high: Any

    def test(self, column: Column, operator: Operator) -> ColumnElement[bool]:
        """Compare a column; `!=` is tested as `=`, its opposite."""
        single = self.low == self.high
        tests: dict[Operator, Callable[[], Any]] = {
            Operator.LESS: lambda: column < self.low,
            Operator.GREATER_EQUAL: lambda: column >= self.low,
            Operator.GREATER: lambda: column > self.high if single else column >= self.high,
            Operator.LESS_EQUAL: lambda: column <= self.low if single else column < self.high,
        }
        equal = (lambda: column == self.low) if single else (lambda: (column >= self.low) & (column < self.high))
        result: ColumnElement[bool] = tests.get(operator, equal)()
        return result


def make_predicate(field: Field, comparison: Comparison, around: Surroundings) -> Predicate | None:
    """Return the test of a field that has cells; None where the comparison is to be ignored.

    Raises QueryInvalidError for values that don't suit the field.
    """
    operator = comparison.operator
    negated = operator in NEGATIVE
    if operator in EMPTINESS:
        return Predicate(lambda _cell: false(), or_empty=True, negated=negated, filled=lambda cell: cell.folded != "")
    if operator in TEXTUAL:
        return Predicate(_like(comparison.values[0]), negated=negated)
    if _is_moment(field):
        return _moment_predicate(field, comparison, around)
    values = texts_of(field.type, comparison.values, around)
    if values is None:
        return None
    tests = [_equal_or_ordered(field, text, operator) for text in values if text]
    if "" in values and operator not in EQUALITY | MEMBERSHIP:
        raise empty_compared(operator)
    return Predicate(_any_of(field, values, tests, operator), or_empty="" in values, negated=negated)


def texts_of(field_type: FieldType, values: Sequence[Value], around: Surroundings) -> list[str] | None:
    """Return the texts a comparison names, functions replaced by what they mean now; None if nothing is left of it."""
    texts = []
    for value in values:
        if isinstance(value, Literal):
            texts.append(value.text)
        elif value == Call("LOGINUSER", ()) and field_type in USER_TYPES:
            texts.append(around.caller.code)
        elif value != Call("PRIMARY_ORGANIZATION", ()) or field_type is not FieldType.ORGANIZATION_SELECT:
            raise function_unsuited(value)
        elif around.caller.standing.primary_organization is not None:
            texts.append(around.caller.standing.primary_organization)
    return texts or None


def _any_of(field: Field, values: Sequence[str], tests: Sequence[CellTest], operator: Operator) -> CellTest:
    """Join the tests of a list; equalities become one IN, so that long lists stay cheap."""
    if operator in MEMBERSHIP | EQUALITY:
        keys = [_key(field, text) for text in values if text]
        return lambda cell: cell.text.in_(keys) if keys else false()
    return lambda cell: or_(*(test(cell) for test in tests))


def _key(field: Field, text: str) -> str | None:
    if _is_number(field):
        if read_number(text) is None:
            raise no_number(text)
        return number_key(text).text
    return text_key(text)


def _equal_or_ordered(field: Field, text: str, operator: Operator) -> CellTest:
    shown_as = field.settings.get("format") if field.type is FieldType.CALC else None
    number = duration_minutes(text) if shown_as in DURATIONS else number_key(text).number
    if operator not in MEMBERSHIP | EQUALITY and number is None:
        raise no_number(text)
    return lambda cell: Bounds(number, number).test(cell.number, operator)


def _is_number(field: Field) -> bool:
    if field.type is FieldType.CALC:
        return field.settings.get("format", "NUMBER") in {"NUMBER", "NUMBER_DIGIT"}
    return field.type is FieldType.NUMBER


def _like(value: Value) -> CellTest:
    if not isinstance(value, Literal):
        raise function_unsuited(value)
    if len(value.text) > MAX_PATTERN:
        raise misused("likeに指定した文字列が長すぎます。", "The text given to like is too long.")
    wanted = fold(value.text)
    return lambda cell: cell.folded.contains(wanted, autoescape=True)


def _is_moment(field: Field) -> bool:
    if field.type is FieldType.CALC:
        return field.settings.get("format") in {"DATE", "DATETIME"}
    return field.type in {FieldType.DATE, FieldType.DATETIME, FieldType.TIME}


def _moment_predicate(field: Field, comparison: Comparison, around: Surroundings) -> Predicate:
    negated = comparison.operator in NEGATIVE
    empty = any(value == Literal("") for value in comparison.values)
    if empty and comparison.operator not in EQUALITY | MEMBERSHIP:
        raise empty_compared(comparison.operator)
    kind = FieldType(str(field.settings["format"])) if field.type is FieldType.CALC else field.type
    bounds = [text_bounds(kind, value, around) for value in comparison.values if value != Literal("")]
    return Predicate(
        lambda cell: or_(false(), *(each.test(cell.text, comparison.operator) for each in bounds)),
        or_empty=empty,
        negated=negated,
    )


def text_bounds(kind: FieldType, value: Value, around: Surroundings) -> Bounds:
    """Return the bounds of a value for a field that holds texts of DATE, TIME or DATETIME."""
    if isinstance(value, Literal):
        text = {FieldType.DATE: read_date, FieldType.TIME: read_time}.get(kind, _read_instant)(value.text)
        if text is None:
            raise no_moment(value.text)
        return Bounds(text, text)
    if kind is FieldType.TIME or (kind is FieldType.DATE and value.name == "NOW"):
        raise function_unsuited(value)
    if kind is FieldType.DATE:
        span = span_of(value, local_date(around.now, around.form.timezone))
        return Bounds(span.start.isoformat(), span.end.isoformat())
    moments = moment_bounds(value, around)
    if moments.low == moments.high:
        instant = f"{moments.low.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
        return Bounds(instant, instant)
    return Bounds(write_moment(moments.low), write_moment(moments.high))


def _read_instant(text: str) -> str | None:
    moment = parse_moment(text)
    return None if moment is None else write_moment(moment)


def moment_bounds(value: Value, around: Surroundings) -> Bounds:
    """Return the bounds of a value in moments, as the times of creation and change are compared."""
    if isinstance(value, Literal):
        moment = parse_moment(value.text)
        if moment is None:
            raise no_moment(value.text)
        return Bounds(moment, moment)
    if value == Call("NOW", ()):
        return Bounds(around.now, around.now)
    span = span_of(value, local_date(around.now, around.form.timezone))
    return Bounds(*span.moments(around.form.timezone))
