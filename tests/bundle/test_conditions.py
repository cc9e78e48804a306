"""Names are found in conditions, sort orders and formulas; strings are left alone."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bundle.conditions import (
    ConditionSyntaxError,
    quote,
    read_comparisons,
    read_formula,
    read_sort,
    unquote,
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", []),
        ('地区 in ("東 and 西", "a=b")', [("地区", ("東 and 西", "a=b"))]),
        ("担当者 in (LOGINUSER())", [("担当者", ())]),
        ("期限 <= FROM_TODAY(-5, DAYS) and 金額>=100", [("期限", ()), ("金額", ())]),
        (
            '(a = "1" or (b not in ("x") and c is not empty)) and d like "y"',
            [("a", ("1",)), ("b", ("x",)), ("c", ()), ("d", ("y",))],
        ),
        ("a is empty", [("a", ())]),
        ('作成日時 = THIS_MONTH(LAST)\u3000and\u3000$id != "3"', [("作成日時", ()), ("$id", ("3",))]),
        (r'a = "say \"hi\""', [("a", ('say "hi"',))]),
        ("金額 > -5", [("金額", ())]),
    ],
)
def test_comparisons_are_read_with_their_fields_and_strings(condition, expected):
    assert [(found.field, found.strings) for found in read_comparisons(condition)] == expected


@pytest.mark.parametrize(
    "condition",
    [
        "a",
        "a =",
        "a = 'b'",
        'a = "b',
        "a in (",
        'a = "b")',
        "and a = 1",
        "a = 1 and",
        "a ! 1",
        "a is",
        "a is b",
        "a = b",
        "= 1",
        'a = "1" b = "2"',
    ],
)
def test_what_kintone_cannot_read_is_refused(condition):
    with pytest.raises(ConditionSyntaxError):
        read_comparisons(condition)


@settings(deadline=None)
@given(st.text(alphabet="ab \"\\()=,andor!<>'\t", max_size=60))
def test_any_text_is_read_or_refused(condition):
    with suppress(ConditionSyntaxError):
        read_comparisons(condition)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_quoted_string_is_read_back(text):
    assert read_comparisons(f'a = "{quote(text)}"')[0].strings == (text,)
    assert unquote(f'"{quote(text)}"') == text


def test_sort_orders_name_fields():
    assert read_sort("受付日 desc, 番号 asc,a") == ["受付日", "番号", "a"]
    assert read_sort("") == []


@pytest.mark.parametrize(
    ("expression", "fields", "functions"),
    [
        ("SUM(金額)*1.1", ("金額",), ("SUM",)),
        ('IF(a>=10, "x, b", 単価 * -数量)', ("a", "単価", "数量"), ("IF",)),
        ("a<>b^2", ("a", "b"), ()),
        ('DATE_FORMAT(日付, "YYYY", "Asia/Tokyo")&TRUE', ("日付",), ("DATE_FORMAT",)),
        ("a＋b", ("a＋b",), ()),
        ("1e3+.5", (), ()),
    ],
)
def test_formulas_name_fields_and_functions(expression, fields, functions):
    names = read_formula(expression)
    assert (names.fields, names.functions) == (fields, functions)


def test_hostile_text_is_read_in_one_pass():
    with pytest.raises(ConditionSyntaxError):
        read_comparisons('"' + '\\"' * 500_000)
    assert read_formula('"' + '\\"' * 500_000).fields == ()
