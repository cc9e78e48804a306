"""Rewrites conditions and orders that settings hold when the fields, options or states they name change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.query.parsing import parse_query
from marketplace.sandbox.query.tree import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Literal,
    Operator,
    Query,
    Value,
)
from marketplace.sandbox.settings.renames import Renames

_SPECIAL = re.compile(r'["\\\t\n\r]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_WITHOUT_VALUE = frozenset({Operator.EMPTY, Operator.NOT_EMPTY})


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A condition after the change; `lost` if it named something that is gone and now says less."""

    text: str
    lost: bool = False


def rewrite_condition(text: str, changes: Renames) -> Rewritten:
    """Return a condition in the new names; comparisons that have nothing left to name are taken out."""
    query = _read(text)
    if query is None or not any(_concerns(each, changes) for each in query.comparisons):
        return Rewritten(text)
    rewriter = _Rewriter(changes)
    condition = None if query.condition is None else rewriter.condition(query.condition)
    return Rewritten("" if condition is None else _write(condition), rewriter.lost)


def rewrite_order(text: str, changes: Renames) -> str:
    """Return an order in the new codes, without the fields that are gone."""
    query = _read(f"order by {text}") if text.strip() else None
    if query is None:
        return text
    kept = [sort for sort in query.order if sort.field.code not in changes.gone]
    if len(kept) == len(query.order) and not any(sort.field.code in changes.codes for sort in kept):
        return text
    return ", ".join(f"{changes.code(sort.field.code)} {'desc' if sort.descending else 'asc'}" for sort in kept)


def _read(text: str) -> Query | None:
    """Return the tree of a query, or None for one that no longer parses and is left alone."""
    try:
        return parse_query(text)
    except PlatformError:
        return None


def _concerns(comparison: Comparison, changes: Renames) -> bool:
    code = comparison.field.code
    if code in changes.codes or code in changes.gone:
        return True
    names = changes.values.get(code, {})
    return any(isinstance(value, Literal) and value.text in names for value in comparison.values)


class _Rewriter:
    """Builds the new tree and notes whether it says less than the old one."""

    def __init__(self, changes: Renames) -> None:
        self.changes = changes
        self.lost = False

    def condition(self, condition: Condition) -> Condition | None:
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        parts = tuple(part for each in condition.parts if (part := self.condition(each)) is not None)
        if len(parts) <= 1:
            return parts[0] if parts else None
        return replace(condition, parts=parts)

    def _comparison(self, comparison: Comparison) -> Comparison | None:
        code = comparison.field.code
        values = [self._value(code, value) for value in comparison.values]
        kept = tuple(value for value in values if value is not None)
        if code in self.changes.gone or (values and not kept):
            self.lost = True
            return None
        name = replace(comparison.field, code=self.changes.code(code))
        return replace(comparison, field=name, values=kept)

    def _value(self, code: str, value: Value) -> Value | None:
        names = self.changes.values.get(code, {})
        if not isinstance(value, Literal) or value.text not in names:
            return value
        new = names[value.text]
        return None if new is None else Literal(new)


def _write(condition: Condition) -> str:
    if isinstance(condition, Comparison):
        return _write_comparison(condition)
    joint = " and " if isinstance(condition, AllOf) else " or "
    return joint.join(
        f"({_write(part)})" if isinstance(part, AnyOf | AllOf) else _write(part) for part in condition.parts
    )


def _write_comparison(comparison: Comparison) -> str:
    name = (
        comparison.field.code
        if comparison.field.column is None
        else f"{comparison.field.code}.{comparison.field.column}"
    )
    values = ", ".join(_write_value(value) for value in comparison.values)
    if comparison.operator in _WITHOUT_VALUE:
        return f"{name} {comparison.operator}"
    return f"{name} {comparison.operator} {f'({values})' if comparison.operator in _LISTS else values}"


def _write_value(value: Value) -> str:
    if isinstance(value, Call):
        return f"{value.name}({', '.join(value.arguments)})"
    if value.is_number:
        return value.text
    return f'"{_SPECIAL.sub(lambda found: _ESCAPES[found[0]], value.text)}"'
