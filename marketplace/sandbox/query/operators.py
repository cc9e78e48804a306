"""Which operators each field type takes, and the checks that come before any value is read."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.query.errors import (
    DottedNameError,
    OperatorNotAllowedError,
    OperatorNotAllowedInTableError,
    OptionNotFoundError,
    QueryFieldNotFoundError,
)
from marketplace.sandbox.query.tree import Comparison, FieldName, Literal, Operator
from marketplace.sandbox.records.errors import ProcessDisabledError

EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
ORDERED = EQUALITY | {Operator.LESS, Operator.LESS_EQUAL, Operator.GREATER, Operator.GREATER_EQUAL}
MEMBERSHIP = frozenset({Operator.IN, Operator.NOT_IN})
TEXTUAL = frozenset({Operator.LIKE, Operator.NOT_LIKE})
EMPTINESS = frozenset({Operator.EMPTY, Operator.NOT_EMPTY})
NEGATIVE = frozenset({Operator.NOT_EQUAL, Operator.NOT_IN, Operator.NOT_LIKE, Operator.NOT_EMPTY})

CHOICE_TYPES = frozenset({FieldType.CHECK_BOX, FieldType.MULTI_SELECT, FieldType.RADIO_BUTTON, FieldType.DROP_DOWN})
USER_TYPES = frozenset({FieldType.USER_SELECT, FieldType.CREATOR, FieldType.MODIFIER, FieldType.STATUS_ASSIGNEE})
TIME_TYPES = frozenset({FieldType.DATETIME, FieldType.CREATED_TIME, FieldType.UPDATED_TIME})

ALLOWED: dict[FieldType, frozenset[Operator]] = {
    **dict.fromkeys((FieldType.RECORD_NUMBER, FieldType.NUMBER, FieldType.CALC), ORDERED | MEMBERSHIP),
    **dict.fromkeys((FieldType.SINGLE_LINE_TEXT, FieldType.LINK), EQUALITY | MEMBERSHIP | TEXTUAL),
    **dict.fromkeys((FieldType.MULTI_LINE_TEXT, FieldType.RICH_TEXT, FieldType.FILE), TEXTUAL | EMPTINESS),
    **dict.fromkeys(CHOICE_TYPES | USER_TYPES, MEMBERSHIP),
    **dict.fromkeys((FieldType.ORGANIZATION_SELECT, FieldType.GROUP_SELECT), MEMBERSHIP),
    **dict.fromkeys((*TIME_TYPES, FieldType.DATE, FieldType.TIME), ORDERED),
    FieldType.STATUS: EQUALITY | MEMBERSHIP,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a comparison or an order is about; `field` is None for $id."""

    code: str
    field: Field | None

    @property
    def type(self) -> FieldType:
        """The type whose rules hold; $id behaves as the record number."""
        return FieldType.RECORD_NUMBER if self.field is None else self.field.type


def find_subject(form: Form, name: FieldName) -> Subject:
    """Return what a name in a query means. Raises QueryFieldNotFoundError, DottedNameError."""
    field = form.find(name.code)
    if name.code == "$id" and name.column is None:
        return Subject(name.code, None)
    if field is None:
        raise QueryFieldNotFoundError(code=name.code)
    if name.column is not None:
        raise DottedNameError(code=f"{name.code}.{name.column}")
    return Subject(name.code, field)


def check_comparison(form: Form, comparison: Comparison, subject: Subject) -> None:
    """Refuse options that do not exist, then operators the type does not take."""
    field = subject.field
    if subject.type is FieldType.STATUS and not form.process.enabled:
        raise ProcessDisabledError
    if field is not None and subject.type in CHOICE_TYPES:
        _check_options(comparison, frozenset(field.options) | {""})
    if subject.type is FieldType.STATUS:
        _check_options(comparison, frozenset(form.process.by_name))
    allowed = ALLOWED.get(subject.type, frozenset())
    operator = comparison.operator.value
    if field is not None and field.table is not None and comparison.operator in EQUALITY and allowed:
        raise OperatorNotAllowedInTableError(code=subject.code, operator=operator)
    if comparison.operator not in allowed:
        raise OperatorNotAllowedError(code=subject.code, operator=operator)


def _check_options(comparison: Comparison, known: frozenset[str]) -> None:
    for value in comparison.values:
        if isinstance(value, Literal) and value.text not in known:
            raise OptionNotFoundError(code=comparison.field.code, value=value.text)
