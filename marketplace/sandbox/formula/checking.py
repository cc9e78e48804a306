"""The checks an app must pass before it goes live: every formula alone, then how they depend on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.sandbox.form import Field, Form
from marketplace.sandbox.formula.errors import ARRAY_MISUSE, CYCLE, FormulaError, FormulaReasonError, unknown_code
from marketplace.sandbox.formula.parsing import parse_formula
from marketplace.sandbox.formula.tree import Expression, Reference
from marketplace.sandbox.formula.value_types import ARRAYS, TypeChecker, ValueType, type_of_field


def check_form(form: Form) -> None:
    """Refuse a form with a formula that can't be used. Raises FormulaError for the first one."""
    formulas = {}
    for field in form.every_field():
        if field.is_computed:
            formulas[field] = _checked(form, field)
    order_formulas(form, {field: expression.codes for field, expression in formulas.items()})


def _checked(form: Form, field: Field) -> Expression:
    try:
        expression = parse_formula(field.expression)
        check_formula(expression, form, field.table)
    except FormulaReasonError as error:
        raise FormulaError(field, error) from error
    return expression


def check_formula(expression: Expression, form: Form, table: str | None = None) -> ValueType:
    """Return the type of a formula that stands at the top or in a table. Raises FormulaReasonError."""

    def resolve(reference: Reference) -> ValueType:
        field = form.find(reference.code)
        if field is None:
            raise FormulaReasonError(unknown_code(reference.code), reference.position)
        try:
            return type_of_field(field, table)
        except FormulaReasonError as error:
            raise FormulaReasonError(error.reason, reference.position) from error

    for reference in expression.references:  # unknown and forbidden fields are named before types are compared
        resolve(reference)
    found = TypeChecker(resolve).check(expression.root)
    if found in ARRAYS:
        raise FormulaReasonError(ARRAY_MISUSE, expression.root.position)
    return found


def order_formulas(form: Form, codes: Mapping[Field, Sequence[str]]) -> list[Field]:
    """Return formula fields so that each comes after those it reads. Raises FormulaError for a cycle."""
    waiting = {
        field: {found for code in named if (found := form.find(code)) in codes} for field, named in codes.items()
    }
    ordered: list[Field] = []
    while waiting:
        ready = [field for field, needed in waiting.items() if not needed]
        if not ready:
            raise FormulaError(_in_circle(waiting), FormulaReasonError(CYCLE))
        ordered.extend(ready)
        for field in ready:
            del waiting[field]
        for needed in waiting.values():
            needed.difference_update(ready)
    return ordered


def _in_circle(waiting: Mapping[Field, set[Field | None]]) -> Field:
    """Return a field that is part of a circle, not one that only reads such a field."""
    current = next(iter(waiting))
    seen = set()
    while current not in seen:
        seen.add(current)
        current = next(field for field in waiting[current] if field is not None)
    return current
