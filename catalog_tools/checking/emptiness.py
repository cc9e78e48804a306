"""Rule for formulas on a form that is not filled in yet: nothing is worked out of a date or time that is still empty.

Each form is evaluated as kintone shows it when somebody begins a record, and with each of its dates alone left empty.
What then comes to something else when the empty moments are thought to be others was worked out of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog_tools.checking.flaws import Flaw, fields_and_columns
from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.sandbox.formula import (
    EvaluationError,
    Expression,
    FormulaReasonError,
    Scope,
    Value,
    evaluate,
    parse_formula,
)
from marketplace.sandbox.formula.evaluating import EMPTY, EmptyNumber
from marketplace.sandbox.formula.formatting import as_number, as_text

MOMENTS = frozenset({"DATE", "DATETIME", "TIME"})
LISTS = frozenset({"CHECK_BOX", "MULTI_SELECT"})
CREATED = Decimal(1_800_000_000)
DAY = 86_400
FAR, APART = 20_000_000_000, 123_456_789
"""The moments that empty fields are thought to hold: after all others, and so far apart, in seconds."""
NOTHING = (None, "", 0)


class _Imagined(EmptyNumber):
    """An empty moment thought to be another one; beside zero, as guards ask (`A > 0`), it is empty still."""

    def __lt__(self, other: object) -> bool:
        return other > self._beside(other)  # type: ignore[operator]

    def __le__(self, other: object) -> bool:
        return other >= self._beside(other)  # type: ignore[operator]

    def __gt__(self, other: object) -> bool:
        return other < self._beside(other)  # type: ignore[operator]

    def __ge__(self, other: object) -> bool:
        return other <= self._beside(other)  # type: ignore[operator]

    def _beside(self, other: object) -> Decimal:
        return Decimal(0) if not other else Decimal(str(self))


def emptiness_flaws(app: AppDefinition) -> Iterator[Flaw]:
    """Yield the formulas that show something worked out of a date or time that is still empty."""
    form = _Form(app)
    if not form.formulas:
        return
    told = set()
    for empty in (None, *form.without_default):
        shown, imagined = form.results(empty, imagine=False), form.results(empty, imagine=True)
        for code in form.formulas:
            if code not in told and shown[code] not in NOTHING and shown[code] != imagined[code]:
                told.add(code)
                where = "a new record" if empty is None else f"an empty “{empty}”"
                words = f'“{code}” comes to {shown[code]} with {where}; guard the date: IF(… > 0, …, "")'
                yield Flaw(words, app.key, "fields", code)


class _Form:
    """The fields of an app, as its formulas read them."""

    def __init__(self, app: AppDefinition) -> None:
        self.fields = fields_and_columns(app)
        self.tables = {column: code for code, field in app.fields.items() for column in field.get("fields", {})}
        self.formulas = {code: found for code, field in self.fields.items() if (found := _parsed(field))}
        moments = [code for code, field in self.fields.items() if field["type"] in MOMENTS]
        self.without_default = [code for code in moments if not self.fields[code].get("defaultNowValue")]

    def results(self, empty: str | None, *, imagine: bool) -> Mapping[str, Value | None]:
        """Return what fields hold on a new form, or on one of whose moments a single one is still empty."""
        values: dict[str, Value | None] = {}
        for number, (code, field) in enumerate(self.fields.items(), 1):
            if field["type"] in MOMENTS:
                is_empty = code in self.without_default if empty is None else code == empty
                values[code] = _empty(number, imagine=imagine) if is_empty else _moment(field, number)
            elif code not in self.formulas:
                values[code] = _default(field)
        waiting = dict(self.formulas)
        while ready := [code for code in waiting if not waiting.keys() & set(waiting[code].codes)]:
            for code in ready:
                values[code] = _Reading(self, values, code).result(waiting.pop(code))
        return values | dict.fromkeys(waiting)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One formula, with the values of the fields before it."""

    form: _Form
    values: Mapping[str, Value | None]
    code: str

    def result(self, expression: Expression) -> Value | None:
        try:
            result = evaluate(expression, Scope(self._value_of))
            return as_number(result) if self.form.fields[self.code]["type"] == "CALC" else as_text(result)
        except EvaluationError:
            return None

    def _value_of(self, code: str) -> Value:
        value = self.values.get(code, CREATED)
        if value is None:
            raise EvaluationError
        table = self.form.tables.get(code)
        if table is None or table == self.form.tables.get(self.code) or isinstance(value, tuple):
            return value
        return (value,) if isinstance(value, Decimal) else (str(value),)


def _parsed(field: JsonObject) -> Expression | None:
    try:
        return parse_formula(str(field["expression"])) if field.get("expression") else None
    except FormulaReasonError:
        return None  # the rules for formulas tell it


def _empty(number: int, *, imagine: bool) -> Decimal:
    return _Imagined(FAR + number * APART) if imagine else EMPTY


def _moment(field: JsonObject, number: int) -> Decimal:
    """Return a moment after that of the field before, as people fill a form in."""
    return Decimal(number * 60) if field["type"] == "TIME" else CREATED + number * DAY


def _default(field: JsonObject) -> Value | None:
    given = field.get("defaultValue")
    if field["type"] == "NUMBER":
        return Decimal(given) if given else EMPTY
    if field["type"] in LISTS:
        return tuple(given or ())
    return given if isinstance(given, str) else ""
