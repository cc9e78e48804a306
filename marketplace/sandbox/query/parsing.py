"""Parses a query by its grammar; whatever the text, the only refusal is a PlatformError."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.query.errors import KEY, LimitTooLargeError, OffsetTooLargeError, near, syntax_error
from marketplace.sandbox.query.tree import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    FieldName,
    Literal,
    Operator,
    Query,
    Sort,
    Value,
)
from marketplace.sandbox.records.values import is_well_formed
from marketplace.sandbox.settings.syntax_places import SHOWN, place_of

MAX_LENGTH = 200_000
MAX_DEPTH = 50
# Longer queries are rarely sent twice, and would make the memory of trees large.
REMEMBERED_LENGTH = 1_000
MAX_COMPARISONS = 300
MAX_VALUES = 20_000
MAX_SORTS = 20
MAX_LIMIT = 500
MAX_OFFSET = 10_000
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_TOO_COMPLEX = Text("条件が多すぎるか、かっこの入れ子が深すぎます。", "There are too many conditions or parentheses.")


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Any]):
    """Builds the tree while the parser reduces, so that deep nesting costs no recursion."""

    def start(self, *parts: Any) -> Query:
        found = {type(part): part for part in parts}
        sizes = {part[0]: part[1] for part in parts if type(part) is tuple}
        order = found.get(list, [])
        condition = next((part for part in parts if isinstance(part, Comparison | AllOf | AnyOf)), None)
        return Query(condition, tuple(order), sizes.get("limit"), sizes.get("offset"))

    def disjunction(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else AnyOf(parts, 1 + max(part.depth for part in parts))

    def conjunction(self, *parts: Condition) -> Condition:
        return AllOf(parts, 1 + max(part.depth for part in parts))

    def compared(self, field: FieldName, operator: Token, value: Value) -> Comparison:
        return Comparison(field, Operator(str(operator)), (value,))

    def contained(self, field: FieldName, *values: Value) -> Comparison:
        return Comparison(field, Operator.IN, values)

    def not_contained(self, field: FieldName, *values: Value) -> Comparison:
        return Comparison(field, Operator.NOT_IN, values)

    def like(self, field: FieldName, value: Value) -> Comparison:
        return Comparison(field, Operator.LIKE, (value,))

    def not_like(self, field: FieldName, value: Value) -> Comparison:
        return Comparison(field, Operator.NOT_LIKE, (value,))

    def empty(self, field: FieldName) -> Comparison:
        return Comparison(field, Operator.EMPTY, ())

    def not_empty(self, field: FieldName) -> Comparison:
        return Comparison(field, Operator.NOT_EMPTY, ())

    def field(self, name: Token, column: Token | None = None) -> FieldName:
        return FieldName(str(name), None if column is None else str(column), name.start_pos or 0)

    def string(self, token: Token) -> Literal:
        return Literal(_ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), token[1:-1]))

    def number(self, token: Token) -> Literal:
        return Literal(str(token), is_number=True)

    def call(self, name: Token, *arguments: str | None) -> Call:
        return Call(str(name), tuple(each for each in arguments if each is not None))

    def argument(self, token: Token) -> str:
        return str(token)

    def ascending(self, field: FieldName) -> Sort:
        return Sort(field, descending=False)

    def descending(self, field: FieldName) -> Sort:
        return Sort(field, descending=True)

    def order(self, *sorts: Sort) -> list[Sort]:
        return list(sorts)

    def limit(self, size: Token) -> tuple[str, int]:
        return "limit", _read_size(size, MAX_LIMIT, LimitTooLargeError)

    def offset(self, size: Token) -> tuple[str, int]:
        return "offset", _read_size(size, MAX_OFFSET, OffsetTooLargeError)

    def order_alone(self, *sorts: Sort) -> Query:
        return Query(None, sorts)


_PARSER = Lark(
    (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    start=["start", "order_alone"],
    transformer=_TreeBuilder(),
    maybe_placeholders=False,
)


def parse_query(text: str) -> Query:
    """Return the tree of a query. Raises InvalidInputError under `query`, LimitTooLargeError, OffsetTooLargeError."""
    if len(text) > MAX_LENGTH or "\x00" in text or not is_well_formed(text):
        raise syntax_error()
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH else _parse(text)


def parse_order(text: str) -> Query:
    """Return the query that only sorts, from what stands behind `order by`. Raises InvalidInputError under `query`."""
    if len(text) > MAX_LENGTH or "\x00" in text or not is_well_formed(text):
        raise syntax_error()
    return _parse(text, "order_alone")


@lru_cache(maxsize=256)
def _remembered(text: str) -> Query:
    return _parse(text)


def _parse(text: str, start: str = "start") -> Query:
    try:
        query: Query = _PARSER.parse(text, start=start)  # type: ignore[assignment]  # the transformer makes a Query of it
    except UnexpectedInput as error:
        raise syntax_error(near(*place_of(error, text))) from error
    except VisitError as error:
        if isinstance(error.orig_exc, PlatformError):
            raise error.orig_exc from error
        raise
    return _check_size(query)


def _check_size(query: Query) -> Query:
    if query.condition is not None and query.condition.depth > MAX_DEPTH:
        raise syntax_error(_TOO_COMPLEX)
    comparisons = tuple(_comparisons(query.condition))
    values = sum(len(each.values) for each in comparisons)
    if len(comparisons) > MAX_COMPARISONS or values > MAX_VALUES or len(query.order) > MAX_SORTS:
        raise syntax_error(_TOO_COMPLEX)
    return Query(query.condition, query.order, query.limit, query.offset, comparisons)


def _comparisons(condition: Condition | None) -> list[Comparison]:
    if condition is None:
        return []
    if isinstance(condition, Comparison):
        return [condition]
    return [each for part in condition.parts for each in _comparisons(part)]


def _read_size(size: Token, most: int, too_large: type[PlatformError]) -> int:
    digits = str(size).removeprefix("+")
    place = near(size.start_pos or 0, str(size)[:SHOWN])
    if not digits.isdigit():
        raise syntax_error(place)
    if int(digits[:10]) > most:
        raise too_large({KEY: [place]})
    return int(digits[:10])
