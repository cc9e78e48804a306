"""Finds the names and strings inside conditions, sort orders and formulas; it reads them, it does not run them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

STRING = r'"(?:[^"\\\r\n\t]|\\.)*+"'
COMPLETE_STRING = re.compile(STRING)
# An open string takes the rest of the text, so that hostile text can't make the search start over again and again.
TOKEN = re.compile(r'"(?:[^"\\]|\\.|\\\Z)*+"?|[<>!]=|[=<>(),]|[^\s"=!<>(),]+|\S', re.DOTALL)
OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "in", "not", "like", "is"})
OTHER_QUOTES = frozenset("'`“”‘’")
SIGNED_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
JOINS = frozenset({"and", "or"})

FORMULA_TOKEN = re.compile(r'"(?:[^"\\]|\\.|\\\Z)*+"?|<>|[<>!]=|[-+*/^&=<>(),]|[^\s"+\-*/^&=!<>(),]+|\S', re.DOTALL)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][0-9]+)?|\.[0-9]+")
FORMULA_SIGNS = frozenset("+-*/^&=<>(),!") | {"<>", "<=", ">=", "!="}
EQUALS = frozenset({"=", "!=", "<>"})
CONSTANTS = frozenset({"TRUE", "FALSE"})


class ConditionSyntaxError(ValueError):
    """The text is not a condition kintone can read."""


class NothingLeftError(ValueError):
    """A comparison would have nothing left to compare its field with."""


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
    lexemes = TOKEN.findall(condition)
    return [_comparison(lexemes, start, end) for start, end in _spans(lexemes)]


def rewrite_strings(condition: str, rewrite: Callable[[str, str], str]) -> str:
    """Return a condition with each string replaced by what `rewrite` makes of its field and itself.

    The result stands between the quotation marks as it is returned. Raises ConditionSyntaxError.
    """
    matches = list(TOKEN.finditer(condition))
    lexemes = [match[0] for match in matches]
    made, copied = [], 0
    for start, end in _spans(lexemes):
        for match in matches[start + 1 : end]:
            if match[0].startswith('"'):
                made += [condition[copied : match.start() + 1], rewrite(lexemes[start], unquote(match[0]))]
                copied = match.end() - 1
    return "".join([*made, condition[copied:]])


def replace_strings(condition: str, field: str, names: Mapping[str, str | None]) -> str:
    """Return a condition whose strings compared with one field are renamed, or taken away where the name is None.

    What it does not concern stays as it was written. Raises ConditionSyntaxError or NothingLeftError.
    """
    matches = list(TOKEN.finditer(condition))
    lexemes = [match[0] for match in matches]
    made, copied = [], 0
    for start, end in _spans(lexemes):
        strings = [match for match in matches[start + 1 : end] if match[0].startswith('"')]
        before = [unquote(match[0]) for match in strings]
        if lexemes[start] != field or not any(names.get(text, text) != text for text in before):
            continue
        after = dict.fromkeys(name for text in before if (name := names.get(text, text)) is not None)
        if not after:
            raise NothingLeftError(condition)
        made += [condition[copied : strings[0].start()], ", ".join(f'"{quote(text)}"' for text in after)]
        copied = strings[-1].end()
    return "".join([*made, condition[copied:]])


def replace_in_formula(expression: str, field: str, names: Mapping[str, str]) -> str:
    """Return a formula in which the strings compared with one field, by a sign or in CONTAINS, are renamed."""
    matches = list(FORMULA_TOKEN.finditer(expression))
    lexemes = [match[0] for match in matches]
    made, copied = [], 0
    for at, match in enumerate(matches):
        renamed = names.get(unquote(match[0])) if match[0].startswith('"') else None
        if renamed is not None and _is_compared(lexemes, at, field):
            made += [expression[copied : match.start()], f'"{quote(renamed)}"']
            copied = match.end()
    return "".join([*made, expression[copied:]])


def _is_compared(lexemes: list[str], at: int, field: str) -> bool:
    before, after = lexemes[max(0, at - 4) : at], lexemes[at + 1 : at + 3]
    if before[-2:-1] == [field] and before[-1] in EQUALS:
        return True
    in_contains = before[1:] == ["(", field, ","] and before[0].upper() == "CONTAINS"
    return in_contains or (after[1:] == [field] and after[0] in EQUALS)


def _spans(lexemes: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of each comparison: of its field, and after its end."""
    _check_balance(lexemes)
    expects_field = True
    at = 0
    while at < len(lexemes):
        lexeme = lexemes[at]
        if expects_field and lexeme != "(":
            end = _end_of_comparison(lexemes, at)
            yield at, end
            at, expects_field = end, False
            continue
        if not expects_field and lexeme.lower() in JOINS:
            expects_field = True
        elif lexeme not in {"(", ")"}:
            raise ConditionSyntaxError(lexeme)
        at += 1
    if expects_field and lexemes:
        raise ConditionSyntaxError


def _comparison(lexemes: list[str], start: int, end: int) -> Comparison:
    strings = tuple(unquote(lexeme) for lexeme in lexemes[start + 1 : end] if lexeme.startswith('"'))
    return Comparison(lexemes[start], strings)


def _check_balance(lexemes: list[str]) -> None:
    depth = 0
    for lexeme in lexemes:
        depth += (lexeme == "(") - (lexeme == ")")
        is_broken = lexeme.startswith('"') and not COMPLETE_STRING.fullmatch(lexeme)
        if depth < 0 or lexeme == "!" or lexeme[0] in OTHER_QUOTES or is_broken:
            raise ConditionSyntaxError(lexeme)
    if depth:
        raise ConditionSyntaxError


def _end_of_comparison(lexemes: list[str], at: int) -> int:
    """Return the place after the comparison whose field stands at a place."""
    field = lexemes[at]
    following = [lexeme.lower() for lexeme in lexemes[at + 1 : at + 4]]
    if not following or following[0] not in OPERATORS or field.startswith('"') or field in "()=,":
        raise ConditionSyntaxError(field)
    if following[0] == "is":
        words = 3 if following[1:2] == ["not"] else 2
        if following[words - 1 : words] != ["empty"]:
            raise ConditionSyntaxError(field)
        return at + 1 + words
    return _end_of_value(lexemes, at + (3 if following[0] == "not" else 2))


def _end_of_value(lexemes: list[str], at: int) -> int:
    """Return the place after a value: a string, a number, a call of a function, or a list in parentheses."""
    if at >= len(lexemes) or lexemes[at] in {")", ","}:
        raise ConditionSyntaxError
    if lexemes[at] != "(" and lexemes[at + 1 : at + 2] != ["("]:
        if not lexemes[at].startswith('"') and not SIGNED_NUMBER.fullmatch(lexemes[at]):
            raise ConditionSyntaxError(lexemes[at])
        return at + 1
    depth = 0
    for end in range(at, len(lexemes)):
        depth += (lexemes[end] == "(") - (lexemes[end] == ")")
        if lexemes[end] == ")" and depth == 0:
            return end + 1
    raise ConditionSyntaxError


def unquote(lexeme: str) -> str:
    """Return the string that a quoted lexeme of a query stands for."""
    return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n", "r": "\r"}.get(match[1], match[1]), lexeme[1:-1])


def quote(text: str) -> str:
    """Return text as it stands between the quotation marks of a query."""
    escapes = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return "".join(escapes.get(character, character) for character in text)


def read_sort(sort: str) -> list[str]:
    """Return the field codes of a sort order."""
    return [words[0] for part in sort.split(",") if (words := part.split())]


def read_formula(expression: str) -> FormulaNames:
    """Return what a formula names; strings, numbers and operators are passed over."""
    lexemes = FORMULA_TOKEN.findall(expression)
    fields: list[str] = []
    functions: list[str] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme.startswith('"') or lexeme in FORMULA_SIGNS or NUMBER.fullmatch(lexeme):
            continue
        if lexemes[at + 1 : at + 2] == ["("]:
            functions.append(lexeme)
        elif lexeme.upper() not in CONSTANTS:
            fields.append(lexeme)
    return FormulaNames(tuple(fields), tuple(functions))
