"""Queries and formulas of chance: the parsers refuse as they say, take no time, and write down what they read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from marketplace.sandbox import formula, query
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.formula import EvaluationError, FormulaReasonError, Scope, evaluate, parse_formula
from marketplace.sandbox.formula.evaluating import EMPTY
from marketplace.sandbox.query.parsing import parse_query
from marketplace.sandbox.query.rewriting import _write
from marketplace.sandbox.query.tree import FieldName
from tests.faults.fuzzing import FUZZ, fuzz

WORDS = (
    *"and or not in like is empty order by asc desc limit offset IF SUM ROUND CONTAINS DATE_FORMAT NOW".split(),  # noqa: SIM905
    *'( ) , . = != < > <= >= + - * / ^ & " \\ 数 名前 $id TODAY() FROM_TODAY(1,DAYS)'.split(),  # noqa: SIM905
    *"1 -1 1e9 1e-999 99999999999999999999 0.5".split(),  # noqa: SIM905 - as lists they fill a page
    "　",
)


def lark_of(module, start):
    return Lark((Path(module.__file__).parent / "grammar.lark").read_text(encoding="utf-8"), start=start)


NAMES = st.sampled_from(["数", "名前", "担当者", "表", "a_b", "$id", "IF", "SUM", "ROUND", "YEN", "and", "order"])
MIXED = (
    st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=30).map(" ".join)
    | st.text(max_size=60)
    | st.builds(
        lambda left, count: left * count,
        st.sampled_from(["(", "-", '"', "\\", "not ", "1+", "a^", "{"]),
        st.integers(1, 20_000),
    )
)
QUERIES = from_lark(lark_of(query, "start"), start="start", explicit={"NAME": NAMES}) | MIXED
FORMULAS = from_lark(lark_of(formula, "start"), start="start", explicit={"NAME": NAMES}) | MIXED
VALUES = {
    "数": Decimal(5),
    "名前": "山田",
    "表": (Decimal(1), EMPTY),
    "担当者": ("a", "b"),
    "a_b": EMPTY,
    "$id": Decimal(1),
}


def without_places(node):
    """Return a tree as plain values: where a name stood in the text does not belong to what it means."""
    if isinstance(node, FieldName):
        return node.code, node.column
    if is_dataclass(node):
        return type(node).__name__, *(without_places(getattr(node, f.name)) for f in fields(node))
    return tuple(map(without_places, node)) if isinstance(node, tuple) else node


@FUZZ
def test_a_query_is_refused_or_means_the_same_when_it_is_written_down(examples):
    def read(text):
        with suppress(PlatformError):
            found = parse_query(text)
            if found.condition is not None:
                again = parse_query(_write(found.condition))
                assert without_places(again.condition) == without_places(found.condition)

    fuzz(read, QUERIES, examples)


@FUZZ
def test_a_formula_is_refused_or_has_a_result_or_none(examples):
    def read(text):
        with suppress(FormulaReasonError, EvaluationError, KeyError):
            evaluate(parse_formula(text), Scope(VALUES.__getitem__))

    fuzz(read, FORMULAS, examples)
