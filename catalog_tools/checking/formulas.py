"""Rules for formulas: dates that may be empty and divisors are guarded."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_tools.checking.flaws import Flaw, fields_and_columns, lookups_of
from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.sandbox.formula import FormulaError, FormulaReasonError, parse_formula
from marketplace.sandbox.formula.tree import Chain, Comparing, Function, Node, Powers, Reference, Sign

TIMES = frozenset({"DATE", "DATETIME", "TIME"})
SIGNS = frozenset({"+", "-"})


def formula_flaws(app: AppDefinition) -> Iterator[Flaw]:
    """Yield formulas that stumble over an empty date or a zero."""
    fields = fields_and_columns(app)
    given = _given_by_lookups(app)
    for code, field in fields.items():
        if text := field.get("expression"):
            for words in _flaws_of(str(text), fields, given):
                yield Flaw(f"“{code}” = {text}: {words}", app.key, "fields", code)


def _given_by_lookups(app: AppDefinition) -> frozenset[str]:
    """Return the fields that a required lookup fills: they are there wherever the record is."""
    required = (lookup for code, lookup in lookups_of(app).items() if fields_and_columns(app)[code]["required"])
    return frozenset(mapping["field"] for lookup in required for mapping in lookup["fieldMappings"])


def _flaws_of(text: str, fields: dict[str, JsonObject], given: frozenset[str]) -> Iterator[str]:
    try:
        root = parse_formula(text).root
    except (FormulaReasonError, FormulaError) as error:
        yield str(error)
        return
    guarded = given | {code for test in _tests(root) for code in _codes(test)}
    for chain in _chains(root):
        for code in sorted(set(_divisors(chain)) - guarded):
            yield f'guard the divisor: IF({code} > 0, …, "")'
        for code in sorted(set(_counted(chain)) - guarded):
            if _may_be_empty_time(fields.get(code, {})):
                yield f'guard the date that may be empty: IF({code} > 0, …, "")'


def _divisors(chain: Chain) -> list[str]:
    return [code for sign, operand in chain.rest if sign == "/" for code in _codes(operand)]


def _counted(chain: Chain) -> list[str]:
    """Return the fields that stand by themselves in a sum or a difference."""
    operands = (chain.first, *(operand for _, operand in chain.rest))
    is_sum = any(sign in SIGNS for sign, _ in chain.rest)
    return [node.code for node in operands if is_sum and isinstance(node, Reference)]


def _may_be_empty_time(field: JsonObject) -> bool:
    return field.get("type") in TIMES and not field.get("required")


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Chain):
        return (node.first, *(operand for _, operand in node.rest))
    if isinstance(node, Function):
        return node.arguments
    if isinstance(node, Comparing):
        return (node.left, node.right)
    if isinstance(node, Powers):
        return node.operands
    return (node.operand,) if isinstance(node, Sign) else ()


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in _children(node):
        yield from _all(child)


def _codes(node: Node) -> list[str]:
    return [each.code for each in _all(node) if isinstance(each, Reference)]


def _tests(node: Node) -> Iterator[Node]:
    for each in _all(node):
        if isinstance(each, Function) and each.name == "IF" and each.arguments:
            yield each.arguments[0]


def _chains(node: Node) -> Iterator[Chain]:
    return (each for each in _all(node) if isinstance(each, Chain))
