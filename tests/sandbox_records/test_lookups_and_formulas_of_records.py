from __future__ import annotations

import pytest

from marketplace.kernel.text import Language
from marketplace.sandbox.form import live_form
from marketplace.sandbox.formula import FormulaError, check_form
from marketplace.sandbox.records.errors import LookupFailedError
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    lookup,
    make_app,
    number,
    row,
    table,
    text,
    values,
)


def shown(session, app, record_id=1):
    return {code: cell["value"] for code, cell in get_record(session, caller(), app, record_id).items()}


def make_programs(session):
    """An app of two subsidy programmes to look up."""
    app = make_app(session, 番号=text(unique=True), 制度名=text(), 上限=number(), 分類=choice("CHECK_BOX", "A", "B"))
    bodies = [
        values(番号="p1", 制度名="創業", 上限="100", 分類=["A", "B"]),
        values(番号="p2", 制度名="移住", 上限="200"),
    ]
    add_records(session, caller(), app, bodies, NOW)
    return app


def make_requests(session):
    programs = make_programs(session)
    key = lookup(programs, "番号", 制度="制度名", 額="上限", 種別="分類")
    return make_app(session, 制度番号=key, 制度=text(), 額=number(), 種別=choice("CHECK_BOX", "A", "B"), 名前=text())


def test_a_key_copies_the_values_of_the_record_it_finds(session):
    app = make_requests(session)
    add_record(session, caller(), app, values(制度番号="p1", 制度="手入力"), NOW)
    record = shown(session, app)
    assert (record["制度番号"], record["制度"], record["額"], record["種別"]) == ("p1", "創業", "100", ["A", "B"])


@pytest.mark.parametrize("cells", [{}, {"制度番号": ""}, {"制度番号": None}])
def test_without_a_key_the_targets_of_a_new_record_are_empty(session, cells):
    app = make_requests(session)
    add_record(session, caller(), app, values(制度="手入力", **cells), NOW)
    record = shown(session, app)
    assert (record["制度"], record["額"], record["種別"]) == ("", "", [])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [({"制度番号": "p2"}, "移住"), ({"制度番号": ""}, ""), ({"名前": "x", "制度": "手入力"}, "創業")],
)
def test_an_update_copies_anew_clears_or_keeps_by_what_happens_to_the_key(session, cells, expected):
    app = make_requests(session)
    add_record(session, caller(), app, values(制度番号="p1"), NOW)
    update_record(session, caller(), app, {"id": 1, "record": values(**cells)}, NOW)
    assert shown(session, app)["制度"] == expected


def test_an_unknown_key_refuses_the_whole_call_with_field_and_value(session):
    app = make_requests(session)
    with pytest.raises(LookupFailedError) as refused:
        add_records(session, caller(), app, [values(制度番号="p1"), values(制度番号="p9")], NOW)
    assert refused.value.says(Language.JA).startswith("フィールド「制度番号」の値「p9」が、ルックアップの参照先")
    assert list_records(session, caller(), app, now=NOW).records == []


def test_later_changes_of_the_source_do_not_reach_the_copies(session):
    programs = make_programs(session)
    app = make_app(session, 制度番号=lookup(programs, "番号", 制度="制度名"), 制度=text())
    add_record(session, caller(), app, values(制度番号="p1"), NOW)
    update_record(session, caller(), programs, {"id": 1, "record": values(制度名="改名")}, NOW)
    assert shown(session, app)["制度"] == "創業"


def test_the_record_number_can_be_the_key_and_be_copied(session):
    programs = make_programs(session)
    key = lookup(programs, "レコード番号", "NUMBER", 番号の写し="レコード番号", 担当="作成者")
    app = make_app(session, 参照=key, 番号の写し=text(), 担当=field("USER_SELECT"))
    add_record(session, caller(), app, values(参照="2"), NOW)
    record = shown(session, app)
    assert (record["番号の写し"], record["担当"]) == ("2", [{"code": "sato", "name": "佐藤"}])


@pytest.mark.parametrize(
    ("key_field", "key_type", "stored", "sent"),
    [
        (number(unique=True), "NUMBER", "10", "1.0e1"),
        (field("LINK", unique=True), "LINK", "https://a.example", "https://a.example"),
        (text(unique=True), "SINGLE_LINE_TEXT", "あ" * 300, "あ" * 300),
    ],
    ids=["number", "link", "long-text"],
)
def test_keys_of_every_type_find_their_record(session, key_field, key_type, stored, sent):
    source = make_app(session, 鍵=key_field, 名称=text())
    add_records(session, caller(), source, [values(鍵=stored, 名称="一")], NOW)
    app = make_app(session, 参照=lookup(source, "鍵", key_type, 写し="名称"), 写し=text())
    add_record(session, caller(), app, values(参照=sent), NOW)
    assert shown(session, app)["写し"] == "一"


def test_a_key_compares_letter_by_letter(session):
    source = make_app(session, 鍵=text(unique=True), 名称=text())
    add_records(session, caller(), source, [values(鍵="P1", 名称="一")], NOW)
    app = make_app(session, 参照=lookup(source, "鍵", 写し="名称"), 写し=text())
    with pytest.raises(LookupFailedError):
        add_record(session, caller(), app, values(参照="p1"), NOW)


def test_an_unknown_key_in_a_table_row_refuses_the_whole_record(session):
    programs = make_programs(session)
    app = make_app(session, 明細=table(番号x=lookup(programs, "番号", 制度x="制度名"), 制度x=text()))
    with pytest.raises(LookupFailedError) as refused:
        add_record(session, caller(), app, values(明細=[row(番号x="p1"), row(番号x="p9")]), NOW)
    assert refused.value.says(Language.EN).startswith("A value p9 in the field 番号x does not exist in the datasource")
    assert list_records(session, caller(), app, now=NOW).records == []


def test_each_row_of_a_table_looks_up_on_its_own(session):
    programs = make_programs(session)
    app = make_app(session, 明細=table(番号x=lookup(programs, "番号", 制度x="制度名"), 制度x=text()))
    add_record(session, caller(), app, values(明細=[row(番号x="p2"), row(番号x=""), row(番号x="p1")]), NOW)
    assert [each["value"]["制度x"]["value"] for each in shown(session, app)["明細"]] == ["移住", "", "創業"]


def test_a_lookup_into_an_app_that_is_gone_is_refused(session):
    programs = make_programs(session)
    settings = lookup(programs, "番号", 制度="制度名")
    settings["lookup"]["relatedApp"]["app"] = "999"
    app = make_app(session, 制度番号=settings, 制度=text())
    with pytest.raises(LookupFailedError):
        add_record(session, caller(), app, values(制度番号="p1"), NOW)


def test_formulas_are_computed_at_every_write_and_what_is_sent_is_ignored(session):
    app = make_app(session, 単価=number(), 数=number(), 計=calc("単価*数"))
    add_record(session, caller(), app, values(単価="120", 数="3", 計="1"), NOW)
    assert shown(session, app)["計"] == "360"
    update_record(session, caller(), app, {"id": 1, "record": values(数="4", 計="1")}, NOW)
    assert shown(session, app)["計"] == "480"


def test_formulas_may_use_formulas_in_any_order_of_the_form(session):
    app = make_app(
        session,
        総計=calc("税+計"),
        税=calc("ROUNDDOWN(計*0.1,0)"),
        計=calc("SUM(額)"),
        明細=table(額=calc("単*数"), 単=number(), 数=number()),
    )
    rows = [row(単="100", 数="2"), row(単="55", 数="1"), row()]
    add_record(session, caller(), app, values(明細=rows), NOW)
    record = shown(session, app)
    assert (record["計"], record["税"], record["総計"]) == ("255", "25", "280")
    assert [each["value"]["額"]["value"] for each in record["明細"]] == ["200", "55", "0"]


def test_a_formula_in_a_row_sees_its_own_row_and_the_top(session):
    app = make_app(session, 率=number(), 明細=table(額=number(), 税=calc("額*率")))
    add_record(session, caller(), app, values(率="0.1", 明細=[row(額="10"), row(額="20")]), NOW)
    assert [each["value"]["税"]["value"] for each in shown(session, app)["明細"]] == ["1", "2"]


def test_a_computed_text_joins_values(session):
    app = make_app(session, 姓=text(), 年=number(), 見出し=text(expression='姓&"（"&年&"）"'))
    add_record(session, caller(), app, values(姓="山田", 見出し="手入力"), NOW)
    assert shown(session, app)["見出し"] == "山田（）"


def test_formulas_read_what_lookups_copied(session):
    programs = make_programs(session)
    app = make_app(session, 制度番号=lookup(programs, "番号", 額="上限"), 額=number(), 半額=calc("額/2"))
    add_record(session, caller(), app, values(制度番号="p1"), NOW)
    assert shown(session, app)["半額"] == "50"


@pytest.mark.parametrize(
    ("formula", "shown_as", "expected"),
    [
        ("1/0", "NUMBER", ""), ('"文字"', "NUMBER", ""), ("1=1", "NUMBER", "1"), ("日時-日付", "NUMBER", "36000"),
        ("日付+86400", "DATE", "2026-04-02"), ("日時-日付", "HOUR_MINUTE", "10:00"), ("時刻", "TIME", "09:30"),
        ("更新日時-作成日時", "NUMBER", "0"), ("壊れた*2", "NUMBER", ""), ('CONTAINS(色,"赤")', "NUMBER", "1"),
        ('CONTAINS(区分,"A")', "NUMBER", ""), ('CONTAINS(品名,"乙")', "NUMBER", "1"), ('作成者="sato"', "NUMBER", "1"),
    ],
)  # fmt: skip
def test_results_by_the_kind_of_value(session, formula, shown_as, expected):
    app = make_app(
        session, 日付=field("DATE"), 日時=field("DATETIME"), 時刻=field("TIME"), 色=choice("CHECK_BOX", "赤", "青"),
        区分=choice("DROP_DOWN", "A"), 明細=table(品名=text()), 壊れた=calc("1/0"), 計=calc(formula, format=shown_as),
    )  # fmt: skip
    cells = values(
        日付="2026-04-01",
        日時="2026-04-01T10:00:00Z",
        時刻="09:30",
        色=["赤"],
        区分="A",
        明細=[row(品名="甲"), row(品名="乙")],
    )
    add_record(session, caller(), app, cells, NOW)
    assert shown(session, app)["計"] == expected


def test_moments_read_from_another_formula_keep_their_seconds(session):
    app = make_app(session, 終わり=calc("90061", format="TIME"), 写し=calc("終わり"))
    add_record(session, caller(), app, None, NOW)
    assert (shown(session, app)["終わり"], shown(session, app)["写し"]) == ("01:01", "90061")


def test_growing_texts_end_in_no_result_instead_of_eating_memory(session):
    chained = {f"t{n}": text(expression=f"t{n + 1}&t{n + 1}") for n in range(40)}
    app = make_app(session, **chained, t40=text(defaultValue="x" * 100))
    add_record(session, caller(), app, None, NOW)
    assert shown(session, app)["t0"] == ""


REASONS = [
    ("ない項目+1", "計算式に含まれるフィールドコード（ない項目）が存在しません。"),
    ("ABS(1)", "ABS関数は使用できません。"),
    ("", "計算式の文法が正しくありません。"),
    ("1+", "計算式の文法が正しくありません。（途中で終わっています）"),
    ("計+1", "フィールドの参照が循環しています。"),
    ("IF(1=1,2)", "IF関数には3個の引数が必要です。"),
    ("SUM()", "SUM関数には1個以上の引数が必要です。"),
    ("NOT(1=1,2=2)", "NOT関数に指定できる引数は1個までです。"),
    ("1＋1", "全角記号「＋」が入力されています。半角記号「+」を入力してください。"),
    ("長文", "計算式で利用できないフィールドタイプ(文字列（複数行）)が指定されています。"),
    ("レコード番号", "計算式で利用できないフィールドタイプ(レコード番号)が指定されています。"),
    ("名前+1", "演算子「+」とデータ型の組み合わせが正しくありません。"),
    ("-名前", "演算子「-」とデータ型の組み合わせが正しくありません。"),
    ("名前<名前", "演算子「<」とデータ型の組み合わせが正しくありません。"),
    ("ROUND(名前,1)", "ROUND関数と引数のデータ型の組み合わせが正しくありません。"),
    ("IF(1,2,3)", "IF関数と引数のデータ型の組み合わせが正しくありません。"),
    ('CONTAINS(額,"1")', "CONTAINS関数と引数のデータ型の組み合わせが正しくありません。"),
    ('CONTAINS(区分,"A")', "CONTAINS関数と引数のデータ型の組み合わせが正しくありません。"),
    ("額+1", "配列型の値に対して適切な関数が利用されていません。"),
    ("額", "配列型の値に対して適切な関数が利用されていません。"),
    ("1==1", "「==」が入力されています。「==」を判定するには「=」を入力してください。"),
]


@pytest.mark.parametrize(("formula", "reason"), REASONS)
def test_a_bad_formula_is_refused_with_label_and_reason(session, formula, reason):
    app = make_app(
        session, 計=calc(formula, label="合計"), 名前=text(), 長文=field("MULTI_LINE_TEXT"),
        明細=table(額=number(), 区分=choice("CHECK_BOX", "A")),
    )  # fmt: skip
    with pytest.raises(FormulaError) as refused:
        check_form(live_form(session, app))
    expected = f"フィールド「合計」の計算式が正しくありません。(エラーの内容：{reason}"
    assert refused.value.says(Language.JA).startswith(expected)
    assert refused.value.code == "GAIA_IL01"


def test_a_circle_through_a_table_is_refused(session):
    app = make_app(session, 甲=calc("SUM(乙)"), 明細=table(乙=calc("甲+1")))
    with pytest.raises(FormulaError):
        check_form(live_form(session, app))


@pytest.mark.parametrize(
    "formula", ["SUM(額)", 'IF(名前="","なし",1)', 'CONTAINS(名前,"a")', "作成日時+0", 'YEN(SUM(額),0)&"税込"', "TRUE"]
)
def test_a_good_formula_passes(session, formula):
    app = make_app(session, 計=calc(formula), 名前=text(), 明細=table(額=number()))
    check_form(live_form(session, app))
