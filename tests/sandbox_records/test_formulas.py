from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.sandbox.form import build_form
from marketplace.sandbox.formula import (
    EvaluationError,
    FormulaReasonError,
    Scope,
    check_formula,
    evaluate,
    parse_formula,
)
from marketplace.sandbox.formula.evaluating import EMPTY
from marketplace.sandbox.formula.formatting import as_text, show_number
from marketplace.sandbox.models import App, Part

VALUES = {
    "数": Decimal(5),
    "割引": Decimal("0.1"),
    "空": EMPTY,
    "名": "山田",
    "空文字": "",
    "品目": ("りんご", "みかん"),
    "金額": (Decimal(100), Decimal(250), EMPTY),
    "時点": Decimal(324219600),
}


def result(formula):
    return evaluate(parse_formula(formula), Scope(VALUES.__getitem__))


def shown(formula):
    return as_text(result(formula))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("10-2-3", "5"),
        ("2*3^2", "18"),
        ("2^3^2", "512"),
        ("-2^2", "4"),
        ("--3", "3"),
        ("+3", "3"),
        ("100*0.1", "10"),
        ("1/3", "0.3333"),
        ("1/7", "0.1429"),
        ("0.1+0.2", "0.3"),
        ("4^1.5", "4"),
        ("4^-2", "0.0625"),
        ("0^0", "1"),
        ("空+空", "0"),
        ("1&2", "12"),
        ('空&"円"', "円"),
        ('1+1&"円"', "2円"),
        ('名&"様"', "山田様"),
        ("1=1", "1"),
        ("1<>1", "0"),
        ("1!=2", "1"),
        ("2>=2", "1"),
        ('"1"=1', "0"),
        ('"1"!=1', "1"),
        ('空=""', "1"),
        ("空=0", "1"),
        ('名="山田"', "1"),
        ("TRUE", "1"),
        ('"a\\"b"', 'a"b'),
        ("1\u3000+\n2", "3"),
    ],
)
def test_operators_bind_and_compute_as_kintone_does(formula, expected):
    assert shown(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(1,2,数)", "8"),
        ("SUM(金額)", "350"),
        ("SUM(金額,1)", "351"),
        ('IF(数>3,"多","少")', "多"),
        ('IF(数<3,"多",0)', "0"),
        ("AND(1=1,2=2)", "1"),
        ("AND(1=1,1=2)", "0"),
        ("OR(1=2,1=1)", "1"),
        ("NOT(1=1)", "0"),
        ("ROUND(3.14159,2)", "3.14"),
        ("ROUNDUP(3.14159,2)", "3.15"),
        ("ROUNDDOWN(3.149,2)", "3.14"),
        ("ROUND(2.5)", "3"),
        ("ROUND(1234,-2)", "1200"),
        ("YEN(1100,0)", "\u00a51,100"),
        ("YEN(-500,0)", "-\u00a5500"),
        ("YEN(1234.567,1)", "\u00a51,234.6"),
        ('DATE_FORMAT(時点,"YYYY年MM月dd日 HH:mm","Asia/Tokyo")', "1980年04月10日 22:00"),
        ('DATE_FORMAT(0-673056000,"YYYY年MM月dd日 HH:mm","Asia/Tokyo")', "1948年09月03日 10:00"),  # summer time
        ('DATE_FORMAT(時点,"YYYY-MM-dd HH:mm:ss","UTC")', "1980-04-10 13:00:00"),
        ('DATE_FORMAT(0,"M/d","system")', "1/1"),
        ('DATE_FORMAT(0,"YYYY","Etc/GMT")', "1970"),
        ('CONTAINS(品目,"りんご")', "1"),
        ('CONTAINS(品目,"りん")', "0"),
    ],
)
def test_functions_compute_as_kintone_does(formula, expected):
    assert shown(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "1/0",
        "0/0",
        "2^101",
        "2^-101",
        "0^-1",
        "99999999^99^9",
        "名+1",
        'CONTAINS(名,"山")',
        "IF(1,2,3)",
        'DATE_FORMAT(-30610224001,"YYYY","UTC")',
        'DATE_FORMAT(0,"YYYY","Mars/Base")',
        "ROUND(1,101)",
    ],
)
def test_a_failure_at_run_time_has_no_result(formula):
    with pytest.raises(EvaluationError):
        result(formula)


@pytest.mark.parametrize(
    ("number", "shown_as", "expected"),
    [
        ("270183", "NUMBER", "270183"),
        ("270183", "NUMBER_DIGIT", "270183"),
        ("324219600", "DATETIME", "1980-04-10T13:00:00Z"),
        ("324219600", "DATE", "1980-04-10"),
        ("90061", "TIME", "01:01"),
        ("90061", "HOUR_MINUTE", "25:01"),
        ("90061", "DAY_HOUR_MINUTE", "25:01"),
        ("-3600", "HOUR_MINUTE", "-01:00"),
        ("-30", "HOUR_MINUTE", "00:00"),
    ],
)
def test_results_are_shown_in_the_format_of_the_field(number, shown_as, expected):
    assert show_number(Decimal(number), shown_as) == expected


@pytest.mark.parametrize("shown_as", ["DATE", "DATETIME"])
def test_a_moment_beyond_the_calendar_is_not_shown(shown_as):
    with pytest.raises(EvaluationError):
        show_number(Decimal(10) ** 15, shown_as)


@pytest.mark.parametrize(
    ("formula", "position"), [("", 0), ("1+", 2), ("(1", 2), ("1 2", 2), ("SUM(1,)", 6), ("1<2<3", 3), ("数 ; 1", 2)]
)
def test_a_syntax_error_names_its_position(formula, position):
    with pytest.raises(FormulaReasonError) as refused:
        parse_formula(formula)
    assert refused.value.position == position
    assert refused.value.reason.ja.startswith("計算式の文法が正しくありません。")


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("1＋2", "全角記号「＋」が入力されています。半角記号「+」を入力してください。"),
        ("SUM（1）", "全角記号「（」が入力されています。半角記号「(」を入力してください。"),
        ("1==1", "「==」が入力されています。「==」を判定するには「=」を入力してください。"),
        ("(1=1)&&(2=2)", "「&&」が入力されています。「&&」を判定するには「AND関数」を入力してください。"),
    ],
)
def test_foreign_spellings_are_refused_with_the_right_one(formula, reason):
    with pytest.raises(FormulaReasonError) as refused:
        parse_formula(formula)
    assert refused.value.reason.ja == reason


def test_symbols_inside_texts_are_no_mistakes():
    assert shown('"１＋１==2"') == "１＋１==2"


def test_deep_nesting_is_refused_and_long_chains_are_not():
    with pytest.raises(FormulaReasonError):
        parse_formula("SUM(" * 200 + "1" + ")" * 200)
    assert shown("+".join(["1"] * 5000)) == "5000"
    assert shown("(" * 3000 + "1" + ")" * 3000) == "1"


def _form():
    properties = {
        code: {"type": kind, "label": code, "$id": position}
        for position, (code, kind) in enumerate(
            {
                "数": "NUMBER",
                "空": "NUMBER",
                "名": "SINGLE_LINE_TEXT",
                "品目": "CHECK_BOX",
                "時点": "DATE",
                "長文": "FILE",
            }.items()
        )
    }
    inner = {"金額": {"type": "NUMBER", "label": "金額", "$id": 90}}
    properties["明細"] = {"type": "SUBTABLE", "label": "明細", "$id": 91, "fields": inner}
    app = App(pk=1, app_id=1, site_id="s", code="")
    return build_form(app, {Part.FIELDS: {"properties": properties}}, "Asia/Tokyo")


FORM = _form()
PIECES = st.sampled_from(
    [
        "1",
        "0.5",
        "数",
        "空",
        "名",
        "品目",
        "金額",
        '"x"',
        "+",
        "-",
        "*",
        "/",
        "^",
        "&",
        "=",
        "<",
        "(",
        ")",
        ",",
        " ",
        "SUM(",
        "IF(",
        "ROUND(",
        "YEN(",
        "DATE_FORMAT(",
        "CONTAINS(",
        "NOT(",
        "TRUE",
        "\\",
        "\ud800",
        "％",
        "9e99",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join)))
def test_no_formula_raises_anything_but_its_refusal(formula):
    try:
        expression = parse_formula(formula)
    except FormulaReasonError:
        return
    with suppress(FormulaReasonError):
        check_formula(expression, FORM)
    with suppress(EvaluationError):
        evaluate(expression, Scope(lambda code: VALUES.get(code, EMPTY)))
