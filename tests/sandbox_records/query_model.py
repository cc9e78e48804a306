"""Queries as plain Python understands them from the reference: a condition as text, and what it holds for."""

from __future__ import annotations

import operator
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.sandbox_records.query_dates import days_meant, moments_meant

NEGATIONS = {"!=": "=", "not in": "in", "not like": "like", "is not empty": "is empty"}
ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Spec:
    """One field: the kind of its values, its operators, what it is compared with, and its table."""

    kind: str
    operators: tuple[str, ...]
    operands: tuple[str, ...]
    table: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A field, an operator and what the field is compared with, as the query writes it."""

    code: str
    operator: str
    operands: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the comparison as a query writes it."""
        if self.operator.endswith("empty"):
            return f"{self.code} {self.operator}"
        written = ", ".join(self.operands)
        return f"{self.code} {self.operator} ({written})" if self.operator.endswith("in") else (
            f"{self.code} {self.operator} {written}"
        )  # fmt: skip


@dataclass(frozen=True)
class Joined:
    """Two conditions with a word between them."""

    left: Comparison | Joined
    word: str
    right: Comparison | Joined

    @property
    def text(self) -> str:
        """Return the condition as a query writes it; `and` binds tighter, so only an `or` below it needs brackets."""
        return f"{self._side(self.left)} {self.word} {self._side(self.right)}"

    def _side(self, side: Comparison | Joined) -> str:
        loose = isinstance(side, Joined) and side.word == "or" and self.word == "and"
        return f"({side.text})" if loose else side.text


@dataclass(frozen=True)
class Reader:
    """Evaluates conditions over records as plain values: code to value, tables as lists of rows."""

    specs: dict[str, Spec]
    now: datetime

    def holds(self, condition: Comparison | Joined, record: dict[str, Any]) -> bool:
        """Tell whether a record satisfies a condition."""
        if isinstance(condition, Joined) and condition.word == "or":
            return self.holds(condition.left, record) or self.holds(condition.right, record)
        return self._all_hold(_conjuncts(condition), record)

    def _all_hold(self, parts: list[Comparison | Joined], record: dict[str, Any]) -> bool:
        """Positive comparisons of one table must hold in the same row; a negative one in every row, of which there
        must be one.
        """
        same_row: dict[str, list[Comparison]] = defaultdict(list)
        for part in parts:
            if isinstance(part, Joined):
                if not self.holds(part, record):
                    return False
                continue
            table = self.specs[part.code].table
            if table is None:
                if not self._true_of(part, record):
                    return False
            elif part.operator in NEGATIONS:
                if not record[table] or not all(self._true_of(part, row) for row in record[table]):
                    return False
            else:
                same_row[table].append(part)
        return all(
            any(all(self._true_of(each, row) for each in wanted) for row in record[table])
            for table, wanted in same_row.items()
        )

    def _true_of(self, part: Comparison, values: dict[str, Any]) -> bool:
        positive = NEGATIONS.get(part.operator)
        if positive is not None:
            return not self._true_of(Comparison(part.code, positive, part.operands), values)
        kind, value = self.specs[part.code].kind, values[part.code]
        if part.operator == "is empty":
            return _is_blank(value)
        if part.operator == "like":
            return any(_folded(unquoted(part.operands[0])) in _folded(text) for text in _texts(value))
        if part.operator in ORDERS and value in {None, ""}:
            return False
        return any(self._compares(kind, value, part.operator, operand) for operand in part.operands)

    def _compares(self, kind: str, value: Any, sign: str, operand: str) -> bool:
        if operand == '""':
            return value in (None, "", [])
        if kind == "people" and operand == "LOGINUSER()":
            operand = '"sato"'
        if isinstance(value, list):
            return unquoted(operand) in value
        if value is None:
            return False
        if kind in {"date", "moment"} and operand.endswith(")"):
            first, after = (
                days_meant(operand, date(2026, 11, 23)) if kind == "date" else moments_meant(operand, self.now)
            )
            return _in_span(value, sign, first, after)
        wanted = _read(kind, unquoted(operand))
        return value == wanted if sign in {"=", "in"} else ORDERS[sign](value, wanted)


def _conjuncts(condition: Comparison | Joined) -> list[Comparison | Joined]:
    if isinstance(condition, Joined) and condition.word == "and":
        return _conjuncts(condition.left) + _conjuncts(condition.right)
    return [condition]


def _in_span(value: Any, sign: str, first: Any, after: Any) -> bool:
    """Compare with the days a function means; NOW is a span without length."""
    if first == after:
        return value == first if sign == "=" else bool(ORDERS[sign](value, first))
    return {
        "=": first <= value < after, ">=": value >= first, "<": value < first, ">": value >= after, "<=": value < after,
    }[sign]  # fmt: skip


def _read(kind: str, text: str) -> Any:
    if kind == "number":
        return Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "moment":
        return datetime.fromisoformat(text).astimezone(UTC)
    return text


def unquoted(text: str) -> str:
    """Return what a string of a query means."""
    if not text.startswith('"'):
        return text
    meanings = {"n": "\n", "t": "\t"}
    result, letters = "", iter(text[1:-1])
    for letter in letters:
        after = next(letters) if letter == "\\" else letter
        result += meanings.get(after, after) if letter == "\\" else after
    return result


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if each]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_blank(value: Any) -> bool:
    return not any(text.strip() for text in _texts(value))


def sort_key(spec: Spec, value: Any, options: tuple[str, ...]) -> Any:
    """Return what a field sorts by; empty values come first going up."""
    if value in (None, "", []):
        return (0,)
    if isinstance(value, list):
        return 1, options.index(value[0])
    return 1, value
