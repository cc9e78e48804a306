"""Refusals of queries and formulas say where and why, in both languages, beside kintone's own message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.formula import FormulaError, check_form
from marketplace.sandbox.records.reading import list_records
from tests.sandbox_records.factories import NOW, calc, caller, choice, field, make_app, number, table, text
from tests.sandbox_records.test_formula_properties import form_with

FIELDS = {
    "項目": text(), "明細": table(数=number()), "色": choice("CHECK_BOX", "赤"), "個数": number(),
    "担当": field("USER_SELECT"), "課": field("ORGANIZATION_SELECT"), "日付": field("DATE"),
}  # fmt: skip


def spoken(error: PlatformError, key: str, language: Language) -> list[str]:
    return [message.in_language(language) for message in error.errors[key]]


@pytest.mark.parametrize(
    ("query", "code", "places"),
    [
        ("項目 = = 1", "CB_VA01", ["クエリ記法が間違っています。", "6文字目の「= 1」の付近を確認してください。"]),
        ("項目 =", "CB_VA01", ["クエリ記法が間違っています。", "クエリが途中で終わっています。"]),
        ("個数 = 1 and ない = 1", "GAIA_IQ11", ["12文字目の「ない」の付近を確認してください。"]),
        ("個数 = 1 order by ない", "GAIA_IQ11", ["17文字目の「ない」の付近を確認してください。"]),
        ("(項目 > 1)", "GAIA_IQ03", ["2文字目の「項目」の付近を確認してください。"]),
        ("数 = 1", "GAIA_IQ07", ["1文字目の「数」の付近を確認してください。"]),
        ('色 in ("青")', "GAIA_IQ10", ["1文字目の「色」の付近を確認してください。"]),
        ('担当 in ("nobody")', "GAIA_IL26", ["1文字目の「担当」の付近を確認してください。"]),
        ('日付 = "昨日"', "GAIA_IL08",
         ["1文字目の「日付」の付近を確認してください。", "「昨日」は日付または時刻として読めません。"]),
        ('個数 = "多い"', "GAIA_IL08",
         ["1文字目の「個数」の付近を確認してください。", "「多い」は数値ではありません。"]),
        ('個数 > ""', "GAIA_IL08",
         ["1文字目の「個数」の付近を確認してください。", "空の値は、演算子>では比較できません。"]),
        ("日付 = UNKNOWN()", "GAIA_IL08",
         ["1文字目の「日付」の付近を確認してください。", "関数UNKNOWN()は、ここでは使用できません。"]),
        ("日付 = TODAY(1)", "GAIA_IL08",
         ["1文字目の「日付」の付近を確認してください。", "関数TODAY()に指定する引数の数が正しくありません。"]),
        ("個数 = TODAY()", "GAIA_IL08",
         ["1文字目の「個数」の付近を確認してください。", "関数TODAY()は、このフィールドでは使用できません。"]),
        ("order by 数", "GAIA_IL08",
         ["10文字目の「数」の付近を確認してください。", "このフィールドでは並べ替えできません。"]),
        ("limit 501", "GAIA_QU01", ["7文字目の「501」の付近を確認してください。"]),
        ("limit 1 offset 10001", "GAIA_QU02", ["16文字目の「10001」の付近を確認してください。"]),
        ("明細.数 > 1", "GAIA_IR02", ["1文字目の「明細」の付近を確認してください。"]),
    ],
)  # fmt: skip
def test_a_refused_query_names_place_and_cause_under_the_key_query(session, query, code, places):
    app = make_app(session, **FIELDS)
    with pytest.raises(PlatformError) as refused:
        list_records(session, caller(), app, query=query, now=NOW)
    assert refused.value.code == code
    assert spoken(refused.value, "query", Language.JA) == places
    english = spoken(refused.value, "query", Language.EN)
    assert len(english) == len(places)
    assert all(message.isprintable() and "文字目" not in message for message in english)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("1 + ない", "計算式に含まれるフィールドコード（ない）が存在しません。（5文字目「ない」の付近）"),
        ("個数 + ABS(1)", "ABS関数は使用できません。（6文字目「ABS(1)」の付近）"),
        ("1+", "計算式の文法が正しくありません。（途中で終わっています）"),
        ("1 2", "計算式の文法が正しくありません。（3文字目「2」の付近）"),
        ("1 + IF(1=1,2)", "IF関数には3個の引数が必要です。（5文字目「IF(1=1,2)」の付近）"),
        ("1＋1", "全角記号「＋」が入力されています。半角記号「+」を入力してください。（2文字目「＋1」の付近）"),
        ("担当", "計算式で利用できないフィールドタイプ(ユーザー選択)が指定されています。（1文字目「担当」の付近）"),
        ("2 * 項目", "演算子「*」とデータ型の組み合わせが正しくありません。（5文字目「項目」の付近）"),
        ("ROUND(1, 項目)", "ROUND関数と引数のデータ型の組み合わせが正しくありません。（10文字目「項目)」の付近）"),
        ("1 + 数", "配列型の値に対して適切な関数が利用されていません。（5文字目「数」の付近）"),
        ("計 + 1", "フィールドの参照が循環しています。"),
    ],
)
def test_a_refused_formula_names_place_and_cause_behind_its_reason(session, formula, reason):
    app = make_app(session, 計=calc(formula, label="合計"), **FIELDS)
    with pytest.raises(FormulaError) as refused:
        check_form(live_form(session, app))
    expected = f"フィールド「合計」の計算式が正しくありません。(エラーの内容：{reason})"
    assert refused.value.says(Language.JA) == expected
    english = refused.value.says(Language.EN)
    assert english.startswith('The formula of the field "合計" is not valid. (Error: ')
    assert ("文字目" in reason) == ("at character" in english)
    assert refused.value.errors == {}


PIECES = st.sampled_from(
    ["1", "0.5", "数", "名", "色", "長文", "個数", "小計", "ない", "作成日時", '"x"', "+", "-", "*", "/", "^", "&", "=",
     "<", "<>", "(", ")", ",", " ", "SUM(", "IF(",
     "ROUND(", "YEN(", "DATE_FORMAT(", "CONTAINS(", "NOT(", "AND(", "ABS(",
     "TRUE", "\\", "％", "＋", "==", "\n"]
)  # fmt: skip


def refusal_of(formula: str) -> FormulaError | None:
    try:
        check_form(form_with(formula))
    except FormulaError as refused:
        return refused
    return None


@settings(max_examples=500, deadline=None)
@given(formula=st.one_of(st.text(max_size=30), st.lists(PIECES, min_size=1, max_size=12).map("".join)))
def test_whatever_is_wrong_with_a_formula_its_refusal_tells_the_place(formula):
    refused = refusal_of(formula)
    if refused is not None and formula.strip():
        japanese, english = refused.says(Language.JA), refused.says(Language.EN)
        assert japanese.startswith("フィールド「結果」の計算式が正しくありません。(エラーの内容：")
        assert "の付近）)" in japanese or japanese.endswith("（途中で終わっています）)")
        assert "at character" in english or english.endswith("(It ends too early.))")
