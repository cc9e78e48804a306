"""Computes formulas in exact decimals; a failure at run time (division by zero, overflow …) is one exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException

from marketplace.sandbox.formula.dates import format_moment
from marketplace.sandbox.formula.tree import (
    Chain,
    Comparing,
    Constant,
    Expression,
    Function,
    Node,
    Powers,
    Reference,
    Sign,
)
from marketplace.sandbox.formula.value_types import ARGUMENT_COUNTS
from marketplace.sandbox.records.numbers import EXACT, MAX_MAGNITUDE, write_number

MAX_EXPONENT = 100
MAX_TEXT = 100_000
ROUNDINGS = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}


class EvaluationError(Exception):
    """The formula has no result for this record."""


class EmptyNumber(Decimal):
    """Zero, as read from an empty field: joined to a text it is nothing, and it equals the empty text."""


EMPTY = EmptyNumber(0)
Single = Decimal | str | bool
Value = Single | tuple[Decimal, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula sees: the values of fields by code, the app's precision, the site's time zone."""

    value_of: Callable[[str], Value]
    decimal_places: int = 4
    rounding: str = ROUND_HALF_EVEN
    timezone: str = "Asia/Tokyo"


def evaluate(expression: Expression, scope: Scope) -> Value:
    """Return the result of a formula. Raises EvaluationError."""
    return _Evaluator(scope).value(expression.root)


class _Evaluator:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def value(self, node: Node) -> Value:
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Reference):
            return self.scope.value_of(node.code)
        if isinstance(node, Sign):
            number = self._number(node.operand)
            return Decimal(0) - number if node.negative else number + 0
        if isinstance(node, Chain):
            return self._chain(node)
        if isinstance(node, Powers):
            return self._powers(node)
        return self._compare(node) if isinstance(node, Comparing) else self._call(node)

    def _number(self, node: Node) -> Decimal:
        value = self.value(node)
        if not isinstance(value, Decimal):
            raise EvaluationError
        return value

    def _text(self, node: Node) -> str:
        value = self.value(node)
        if isinstance(value, Decimal):
            return "" if isinstance(value, EmptyNumber) else write_number(value)
        if not isinstance(value, str):
            raise EvaluationError
        return value

    def _boolean(self, node: Node) -> bool:
        value = self.value(node)
        if not isinstance(value, bool):
            raise EvaluationError
        return value

    def _chain(self, node: Chain) -> Value:
        if node.rest[0][0] == "&":
            joined = "".join([self._text(node.first), *(self._text(operand) for _, operand in node.rest)])
            if len(joined) > MAX_TEXT:
                raise EvaluationError
            return joined
        result = self._number(node.first)
        for operator, operand in node.rest:
            result = self._calculate(result, operator, self._number(operand))
        return result

    def _calculate(self, left: Decimal, operator: str, right: Decimal) -> Decimal:
        if operator == "/":
            return self._quotient(left, right)
        act = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}[operator]
        return _settled(lambda: act(left, right))

    def _quotient(self, left: Decimal, right: Decimal) -> Decimal:
        if not right:
            raise EvaluationError
        return _rounded(_settled(lambda: EXACT.divide(left, right)), self.scope.decimal_places, self.scope.rounding)

    def _powers(self, node: Powers) -> Decimal:
        numbers = [self._number(operand) for operand in node.operands]
        result = numbers.pop()
        while numbers:
            result = self._power(numbers.pop(), result)
        return result

    def _power(self, base: Decimal, exponent: Decimal) -> Decimal:
        """Raise to a whole power; a broken exponent is cut, a negative one divides."""
        if abs(exponent) > MAX_EXPONENT:
            raise EvaluationError
        whole = int(exponent)
        if whole == 0:
            return Decimal(1)
        raised = _settled(lambda: EXACT.power(base, abs(whole)))
        return raised if whole > 0 else self._quotient(Decimal(1), raised)

    def _compare(self, node: Comparing) -> bool:
        if node.operator in {"=", "!="}:
            return _equal(self.value(node.left), self.value(node.right)) == (node.operator == "=")
        left, right = self._number(node.left), self._number(node.right)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[node.operator]

    def _call(self, node: Function) -> Value:
        arguments = node.arguments
        if node.name not in ARGUMENT_COUNTS or len(arguments) < ARGUMENT_COUNTS[node.name][0]:
            raise EvaluationError  # a formula that deploying would have refused
        if node.name == "IF":
            return self.value(arguments[1] if self._boolean(arguments[0]) else arguments[2])
        if node.name in {"AND", "OR"}:
            truths = [self._boolean(argument) for argument in arguments]
            return all(truths) if node.name == "AND" else any(truths)
        if node.name == "NOT":
            return not self._boolean(arguments[0])
        if node.name == "SUM":
            return self._sum(arguments)
        if node.name in ROUNDINGS:
            return _rounded(self._number(arguments[0]), self._places(arguments[1:]), ROUNDINGS[node.name])
        return self._text_call(node)

    def _text_call(self, node: Function) -> Value:
        arguments = node.arguments
        if node.name == "YEN":
            return _yen(_rounded(self._number(arguments[0]), self._places(arguments[1:]), ROUND_HALF_UP))
        if node.name == "CONTAINS":
            items = self.value(arguments[0])
            if not isinstance(items, tuple):
                raise EvaluationError
            return self._text(arguments[1]) in items
        shown = format_moment(
            self._number(arguments[0]), self._text(arguments[1]), self._text(arguments[2]), self.scope.timezone
        )
        if shown is None:
            raise EvaluationError
        return shown

    def _sum(self, arguments: tuple[Node, ...]) -> Decimal:
        total = Decimal(0)
        for argument in arguments:
            value = self.value(argument)
            for each in value if isinstance(value, tuple) else (value,):
                if not isinstance(each, Decimal):
                    raise EvaluationError
                total = self._calculate(total, "+", each)
        return total

    def _places(self, arguments: tuple[Node, ...]) -> int:
        places = self._number(arguments[0]) if arguments else Decimal(0)
        if abs(places) > MAX_EXPONENT:
            raise EvaluationError
        return int(places)


def _settled(act: Callable[[], Decimal]) -> Decimal:
    """Return a result cut to what can be written down. Raises EvaluationError when it is too large."""
    try:
        number = act()
    except DecimalException as error:
        raise EvaluationError from error
    if not number:
        return Decimal(0)
    if not number.is_finite() or number.adjusted() > MAX_MAGNITUDE:
        raise EvaluationError
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MAX_MAGNITUDE:
        return _rounded(number, MAX_MAGNITUDE, ROUND_HALF_EVEN)
    return number


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    try:
        return number.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=EXACT)
    except DecimalException as error:
        raise EvaluationError from error


def _equal(left: Value, right: Value) -> bool:
    """Compare two values: different kinds differ, but an empty number equals the empty text."""
    if isinstance(left, EmptyNumber) and right == "":
        return True
    if isinstance(right, EmptyNumber) and left == "":
        return True
    return _kind(left) is _kind(right) and left == right


def _kind(value: Value) -> type:
    return Decimal if isinstance(value, Decimal) else type(value)


def _yen(number: Decimal) -> str:
    digits = f"{abs(number):,f}"
    return f"-\u00a5{digits}" if number < 0 else f"\u00a5{digits}"
