"""Parses a formula by its grammar; the only refusal is a FormulaReasonError."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from marketplace.sandbox.formula.errors import (
    SYNTAX,
    TOO_DEEP,
    TOO_LONG,
    FormulaReasonError,
    foreign_operator,
    full_width,
)
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
from marketplace.sandbox.records.numbers import is_reasonable
from marketplace.sandbox.records.values import is_well_formed
from marketplace.sandbox.settings.syntax_places import place_of

MAX_LENGTH = 20_000
MAX_DEPTH = 100
# Trees of longer formulas would make the memory of them large.
REMEMBERED_LENGTH = 1_000
_WIDE, _NARROW = "＋－＊／＾＆＝＜＞（），．！”“、×÷", '+-*/^&=<>(),.!"",*/'
FULL_WIDTH = dict(zip(_WIDE, _NARROW, strict=True))
FOREIGN = {
    "==": ("=", "判定"),
    "&&": ("AND関数", "判定"),
    "||": ("OR関数", "判定"),
    "%": ("/ 100", "計算"),
    "**": ("^", "計算"),
}
# Matches from every quotation mark on, closed or not, so that hostile text can't make it start over again and again.
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.|\\\Z)*+"?', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CONSTANTS = {"TRUE": True, "FALSE": False}


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Any]):
    """Builds the tree while the parser reduces; nothing recurses."""

    def start(self, root: Node) -> Node:
        return root

    def compared(self, left: Node, operator: Token, right: Node) -> Node:
        return Comparing(left, "!=" if operator == "<>" else str(operator), right, _deeper(left, right), left.position)

    def concatenated(self, first: Node, *rest: Node) -> Node:
        return Chain(first, tuple(("&", each) for each in rest), _deeper(first, *rest), first.position)

    def chain(self, first: Node, *rest: Any) -> Node:
        pairs = tuple((str(operator), operand) for operator, operand in zip(rest[::2], rest[1::2], strict=True))
        return Chain(first, pairs, _deeper(first, *(operand for _, operand in pairs)), first.position)

    def powers(self, *operands: Node) -> Node:
        return Powers(operands, _deeper(*operands), operands[0].position)

    def signed(self, *parts: Any) -> Node:
        operand: Node = parts[-1]
        negative = sum(sign == "-" for sign in parts[:-1]) % 2 == 1
        return Sign(operand, negative, _deeper(operand), parts[0].start_pos or 0)

    def number(self, token: Token) -> Node:
        value = Decimal(str(token))
        if not is_reasonable(value):
            raise FormulaReasonError(SYNTAX, token.start_pos)
        return Constant(value, position=token.start_pos or 0)

    def string(self, token: Token) -> Node:
        return Constant(_ESCAPE.sub(r"\1", token[1:-1]), position=token.start_pos or 0)

    def name(self, token: Token) -> Node:
        constant = _CONSTANTS.get(str(token))
        position = token.start_pos or 0
        return Reference(str(token), position=position) if constant is None else Constant(constant, position=position)

    def call(self, name: Token, *arguments: Node | None) -> Node:
        given = tuple(each for each in arguments if each is not None)
        return Function(str(name), given, _deeper(*given), name.start_pos or 0)

    def group(self, inner: Node) -> Node:
        return inner


def _deeper(*nodes: Node) -> int:
    return 1 + max((node.depth for node in nodes), default=0)


_PARSER = Lark(
    (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    transformer=_TreeBuilder(),
    maybe_placeholders=False,
)


def parse_formula(text: str) -> Expression:
    """Return the tree of a formula. Raises FormulaReasonError, for a syntax error with the position."""
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH else _parse(text)


@lru_cache(maxsize=2048)
def _remembered(text: str) -> Expression:
    return _parse(text)


def _parse(text: str) -> Expression:
    if len(text) > MAX_LENGTH:
        raise FormulaReasonError(TOO_LONG)
    if not text.strip() or not is_well_formed(text):
        raise FormulaReasonError(SYNTAX, 0)
    _refuse_habits(text)
    try:
        root: Node = _PARSER.parse(text)  # type: ignore[assignment]  # the transformer makes a Node of it
    except UnexpectedInput as error:
        raise FormulaReasonError(SYNTAX, place_of(error, text)[0]) from error
    if root.depth > MAX_DEPTH:
        raise FormulaReasonError(TOO_DEEP)
    first = {each.code: each for each in reversed(_references(root))}
    return Expression(root, tuple(sorted(first.values(), key=lambda each: each.position)))


def _refuse_habits(text: str) -> None:
    """Refuse full-width symbols and operators of other languages with a hint, outside texts in quotes."""
    bare = _STRINGS.sub(lambda found: " " * len(found[0]), text)
    for position, letter in enumerate(bare):
        if letter in FULL_WIDTH:
            raise FormulaReasonError(full_width(letter, FULL_WIDTH[letter]), position)
    for found, (wanted, act) in FOREIGN.items():
        if found in bare:
            raise FormulaReasonError(foreign_operator(found, wanted, act), bare.index(found))


def _references(node: Node) -> list[Reference]:
    if isinstance(node, Reference):
        return [node]
    return [found for child in children(node) for found in _references(child)]


def children(node: Node) -> tuple[Node, ...]:
    """Return the operands or arguments of a node."""
    if isinstance(node, Sign):
        return (node.operand,)
    if isinstance(node, Chain):
        return (node.first, *(operand for _, operand in node.rest))
    if isinstance(node, Powers):
        return node.operands
    if isinstance(node, Comparing):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Function) else ()
