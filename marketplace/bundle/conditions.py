"""Finds the names and strings inside query conditions, sort orders and formulas; it reads them, it does not run them."""

from __future__ import annotations

import re
from dataclasses import dataclass

STRING = r'"(?:[^"\\\r\n\t]|\\.)*+"'
TOKEN = re.compile(rf'{STRING}|[<>!]=|[=<>(),]|[^\s"=!<>(),]+|\S')
OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "in", "not", "like", "is"})
JOINS = frozenset({"and", "or"})

FORMULA_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|<>|[<>!]=|[-+*/^&=<>(),]|[^\s"+\-*/^&=!<>(),]+|\S')
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][0-9]+)?|\.[0-9]+")
CONSTANTS = frozenset({"TRUE", "FALSE"})


class ConditionSyntaxError(ValueError):
    """The text is not a condition kintone can read."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition: the field and the strings it is compared with."""

    field: str
    strings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormulaNames:
    """The field codes and the functions a formula names, in their order."""

    fields: tuple[str, ...]
    functions: tuple[str, ...]


def read_comparisons(condition: str) -> list[Comparison]:
    """Return the comparisons of a filterCond in their order. Raises ConditionSyntaxError."""
    tokens = TOKEN.findall(condition)
    _check_balance(tokens)
    comparisons: list[Comparison] = []
    expects_field = True
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if expects_field and token != "(":
            at = _read_comparison(tokens, at, comparisons)
            expects_field = False
            continue
        if not expects_field and token.lower() in JOINS:
            expects_field = True
        elif token not in {"(", ")"}:
            raise ConditionSyntaxError(token)
        at += 1
    if expects_field and tokens:
        raise ConditionSyntaxError
    return comparisons


def _check_balance(tokens: list[str]) -> None:
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if depth < 0 or token in {'"', "!"}:
            raise ConditionSyntaxError(token)
    if depth:
        raise ConditionSyntaxError


def _read_comparison(tokens: list[str], at: int, comparisons: list[Comparison]) -> int:
    """Read one comparison, append it, and return the place after it."""
    field = tokens[at]
    following = [token.lower() for token in tokens[at + 1 : at + 4]]
    if not following or following[0] not in OPERATORS or field.startswith('"') or field in "()=,":
        raise ConditionSyntaxError(field)
    if following[0] == "is":
        words = 3 if following[1:2] == ["not"] else 2
        if following[words - 1 : words] != ["empty"]:
            raise ConditionSyntaxError(field)
        comparisons.append(Comparison(field, ()))
        return at + 1 + words
    at += 3 if following[0] == "not" else 2
    end = _end_of_value(tokens, at)
    strings = tuple(unquote(token) for token in tokens[at:end] if token.startswith('"'))
    comparisons.append(Comparison(field, strings))
    return end


def _end_of_value(tokens: list[str], at: int) -> int:
    """Return the place after a value: a string, a number, a call of a function, or a list in parentheses."""
    if at >= len(tokens) or tokens[at] in {")", ","}:
        raise ConditionSyntaxError
    if tokens[at] != "(" and tokens[at + 1 : at + 2] != ["("]:
        return at + 1
    depth = 0
    for end in range(at, len(tokens)):
        depth += (tokens[end] == "(") - (tokens[end] == ")")
        if tokens[end] == ")" and depth == 0:
            return end + 1
    raise ConditionSyntaxError


def unquote(token: str) -> str:
    """Return the string that a quoted token of a query stands for."""
    return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n", "r": "\r"}.get(match[1], match[1]), token[1:-1])


def quote(text: str) -> str:
    """Return text as it stands between the quotation marks of a query."""
    escapes = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return "".join(escapes.get(character, character) for character in text)


def read_sort(sort: str) -> list[str]:
    """Return the field codes of a sort order."""
    return [words[0] for part in sort.split(",") if (words := part.split())]


def read_formula(expression: str) -> FormulaNames:
    """Return what a formula names; strings, numbers and operators are passed over."""
    tokens = FORMULA_TOKEN.findall(expression)
    fields: list[str] = []
    functions: list[str] = []
    for at, token in enumerate(tokens):
        if token.startswith('"') or token in "-+*/^&=<>(),!<>=!=" or NUMBER.fullmatch(token):
            continue
        if tokens[at + 1 : at + 2] == ["("]:
            functions.append(token)
        elif token.upper() not in CONSTANTS:
            fields.append(token)
    return FormulaNames(tuple(fields), tuple(functions))
