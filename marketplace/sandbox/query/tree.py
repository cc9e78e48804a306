"""The tree of a query, as the grammar yields it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Operator(StrEnum):
    """The comparisons, spelt as in messages."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    IN = "in"
    NOT_IN = "not in"
    LIKE = "like"
    NOT_LIKE = "not like"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"


@dataclass(frozen=True, slots=True)
class Literal:
    """A string or a number as written."""

    text: str
    is_number: bool = field(default=False, compare=False)
    """Written without quotation marks; both mean the same to a query."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function such as FROM_TODAY(-1, MONTHS)."""

    name: str
    arguments: tuple[str, ...]


Value = Literal | Call


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field code; `column` is what follows the dot in related.field."""

    code: str
    column: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against its values."""

    field: FieldName
    operator: Operator
    values: tuple[Value, ...]
    depth: int = 1


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conditions that must all hold."""

    parts: tuple[Condition, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Conditions of which one must hold."""

    parts: tuple[Condition, ...]
    depth: int


Condition = Comparison | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Sort:
    """One field of the order."""

    field: FieldName
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; absent parts are None or empty."""

    condition: Condition | None = None
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int | None = None
    comparisons: tuple[Comparison, ...] = field(default=())
    """Every comparison of the condition, for checks that don't care about and/or."""
