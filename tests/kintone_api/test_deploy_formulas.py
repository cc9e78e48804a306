"""Every mistake in a formula that kintone names is refused when the app is deployed, in its words."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

DEPLOY = "preview/app/deploy"
COLUMNS = {
    "数量": {"type": "NUMBER", "code": "数量", "label": "数量"},
    "印": {"type": "CHECK_BOX", "code": "印", "label": "印", "options": {"A": {"label": "A", "index": "0"}}},
    "品名": {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名"},
}
FIELDS = {
    "額": {"type": "NUMBER"},
    "名": {"type": "SINGLE_LINE_TEXT"},
    "本文": {"type": "MULTI_LINE_TEXT"},
    "書式": {"type": "RICH_TEXT"},
    "添付": {"type": "FILE"},
    "先": {"type": "LINK"},
    "人": {"type": "USER_SELECT"},
    "課": {"type": "ORGANIZATION_SELECT"},
    "組": {"type": "GROUP_SELECT"},
    "群": {"type": "GROUP"},
    "明細": {"type": "SUBTABLE", "fields": COLUMNS},
}
MISTAKES = [
    ("無い", "計算式に含まれるフィールドコード（無い）が存在しません。", "The field code (無い)"),
    ("FOO(1)", "FOO関数は使用できません。", "The function FOO cannot be used."),
    ("1 +", "計算式の文法が正しくありません。", "The syntax of the formula is not valid."),
    ("(1", "計算式の文法が正しくありません。", "The syntax of the formula is not valid."),
    ("", "計算式の文法が正しくありません。", "The syntax of the formula is not valid."),
    ("計", "フィールドの参照が循環しています。", "in a circle"),
    ("相手 + 1", "フィールドの参照が循環しています。", "in a circle"),
    ("NOT()", "NOT関数には1個の引数が必要です。", "The function NOT needs 1 arguments."),
    ("SUM()", "SUM関数には1個以上の引数が必要です。", "The function SUM needs 1 or more arguments."),
    ("IF(1=1, 2)", "IF関数には3個の引数が必要です。", "The function IF needs 3 arguments."),
    ("IF(1=1, 2, 3, 4)", "IF関数に指定できる引数は3個までです。", "The function IF takes at most 3 arguments."),
    (f"AND({', '.join(['1=1'] * 33)})", "AND関数に指定できる引数は32個までです。", "takes at most 32 arguments."),
    ("1＋2", "全角記号「＋」が入力されています。半角記号「+」を入力してください。", 'The full-width symbol "＋"'),
    ("（1）", "全角記号「（」が入力されています。半角記号「(」を入力してください。", 'The full-width symbol "（"'),
    ("本文", "計算式で利用できないフィールドタイプ(文字列（複数行）)が指定されています。", "(Text area)"),
    ("書式", "計算式で利用できないフィールドタイプ(リッチエディター)が指定されています。", "(Rich text)"),
    ("添付", "計算式で利用できないフィールドタイプ(添付ファイル)が指定されています。", "(Attachment)"),
    ("先", "計算式で利用できないフィールドタイプ(リンク)が指定されています。", "(Link)"),
    ("人", "計算式で利用できないフィールドタイプ(ユーザー選択)が指定されています。", "(User selection)"),
    ("課", "計算式で利用できないフィールドタイプ(組織選択)が指定されています。", "(Department selection)"),
    ("組", "計算式で利用できないフィールドタイプ(グループ選択)が指定されています。", "(Group selection)"),
    ("群", "計算式で利用できないフィールドタイプ(グループ)が指定されています。", "(Field group)"),
    ("明細", "計算式で利用できないフィールドタイプ(テーブル)が指定されています。", "(Table)"),
    ("レコード番号", "計算式で利用できないフィールドタイプ(レコード番号)が指定されています。", "(Record number)"),
    ("ステータス", "計算式で利用できないフィールドタイプ(ステータス)が指定されています。", "(Status)"),
    ("作業者", "計算式で利用できないフィールドタイプ(作業者)が指定されています。", "(Assignee)"),
    ("カテゴリー", "計算式で利用できないフィールドタイプ(カテゴリー)が指定されています。", "(Categories)"),
    ("名 + 1", "演算子「+」とデータ型の組み合わせが正しくありません。", 'The operator "+"'),
    ("額 * 名", "演算子「*」とデータ型の組み合わせが正しくありません。", 'The operator "*"'),
    ('名 > "a"', "演算子「>」とデータ型の組み合わせが正しくありません。", 'The operator ">"'),
    ("ROUND(名, 1)", "ROUND関数と引数のデータ型の組み合わせが正しくありません。", "The function ROUND"),
    ("YEN(名, 1)", "YEN関数と引数のデータ型の組み合わせが正しくありません。", "The function YEN"),
    ('CONTAINS(数量, "1")', "CONTAINS関数と引数のデータ型の組み合わせが正しくありません。", "The function CONTAINS"),
    ('CONTAINS(印, "A")', "CONTAINS関数と引数のデータ型の組み合わせが正しくありません。", "The function CONTAINS"),
    ("数量", "配列型の値に対して適切な関数が利用されていません。", "does not suit values of an array"),
    ("数量 * 2", "配列型の値に対して適切な関数が利用されていません。", "does not suit values of an array"),
    ("品名 & 名", "配列型の値に対して適切な関数が利用されていません。", "does not suit values of an array"),
    (
        "額 == 1",
        "「==」が入力されています。「==」を判定するには「=」を入力してください。",
        '"==" was entered. Enter "=" instead.',
    ),
    (
        "額 = 1 && 額 = 2",
        "「&&」が入力されています。「&&」を判定するには「AND関数」を入力してください。",
        '"&&" was entered.',
    ),
    (
        "額 % 2",
        "「%」が入力されています。「%」を計算するには「/ 100」を入力してください。",
        '"%" was entered.',
    ),
]


@pytest.mark.parametrize(("expression", "ja", "en"), MISTAKES, ids=[each[0][:20] or "empty" for each in MISTAKES])
def test_a_mistake_in_a_formula_is_refused_at_deploy_with_its_reason(kintone: Kintone, expression, ja, en):
    app = kintone.make_app()
    other = {"type": "CALC", "expression": "計"} if "相手" in expression else {"type": "NUMBER"}
    kintone.add_fields(app, 計={"type": "CALC", "expression": expression, "label": "合計"}, 相手=other, **FIELDS)
    body = {"apps": [{"app": app}]}
    for language, start, reason in (
        ("ja", "フィールド「合計」の計算式が正しくありません。(エラーの内容：", ja),
        ("en", 'The formula of the field "合計" is not valid. (Error: ', en),
    ):
        response = kintone.send("POST", DEPLOY, body, headers={"Accept-Language": language})
        assert (response.status_code, response.json["code"]) == (400, "GAIA_IL01")
        assert "errors" not in response.json
        message = response.json["message"].replace("「相手」", "「合計」").replace('"相手"', '"合計"')
        assert message.startswith(start)
        assert reason.removesuffix("。") in message
    assert kintone.send("GET", "app/settings", query_string={"app": app}).status_code == 404


def test_related_records_can_t_be_calculated_with(kintone: Kintone):
    app = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT"})
    condition = {"field": "番号", "relatedField": "番号"}
    table = {"relatedApp": {"app": app}, "condition": condition, "displayFields": ["番号"]}
    kintone.add_fields(
        app,
        関連={"type": "REFERENCE_TABLE", "referenceTable": table},
        計={"type": "CALC", "expression": "関連"},
    )
    response = kintone.send("POST", DEPLOY, {"apps": [{"app": app}]})
    assert "計算式で利用できないフィールドタイプ(関連レコード一覧)が指定されています。" in response.json["message"]


def test_a_text_with_a_formula_is_checked_as_well(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 文={"type": "SINGLE_LINE_TEXT", "expression": "無い"})
    assert kintone.refused("POST", DEPLOY, apps=[{"app": app}]) == (400, "GAIA_IL01")


def test_a_formula_in_a_table_sees_its_own_row(kintone: Kintone):
    app = kintone.make_app()
    columns = {**COLUMNS, "小計": {"type": "CALC", "code": "小計", "label": "小計", "expression": "数量 * 額"}}
    kintone.add_fields(app, 額={"type": "NUMBER"}, 明細={"type": "SUBTABLE", "fields": columns})
    kintone.deploy(app)
