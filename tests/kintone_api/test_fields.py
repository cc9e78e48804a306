"""Fields of the form over the API."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

OPTIONS = {"A": {"label": "A", "index": "0"}, "B": {"label": "B", "index": "1"}}

# What kintone fills in beside type, code and label, by type, with what must be given.
DEFAULTS = {
    "SINGLE_LINE_TEXT": (
        {},
        {
            "noLabel": False,
            "required": False,
            "unique": False,
            "minLength": "",
            "maxLength": "",
            "defaultValue": "",
            "expression": "",
            "hideExpression": False,
        },
    ),
    "MULTI_LINE_TEXT": ({}, {"noLabel": False, "required": False, "defaultValue": ""}),
    "RICH_TEXT": ({}, {"noLabel": False, "required": False, "defaultValue": ""}),
    "NUMBER": (
        {},
        {
            "noLabel": False,
            "required": False,
            "unique": False,
            "minValue": "",
            "maxValue": "",
            "digit": False,
            "defaultValue": "",
            "displayScale": "",
            "unit": "",
            "unitPosition": "BEFORE",
        },
    ),
    "CALC": (
        {"expression": "1+1"},
        {
            "noLabel": False,
            "required": False,
            "expression": "1+1",
            "format": "NUMBER",
            "displayScale": "",
            "hideExpression": False,
            "unit": "",
            "unitPosition": "BEFORE",
        },
    ),
    "RADIO_BUTTON": (
        {"options": OPTIONS},
        {"noLabel": False, "required": True, "options": OPTIONS, "defaultValue": "A", "align": "HORIZONTAL"},
    ),
    "CHECK_BOX": (
        {"options": OPTIONS},
        {"noLabel": False, "required": False, "options": OPTIONS, "defaultValue": [], "align": "HORIZONTAL"},
    ),
    "MULTI_SELECT": (
        {"options": OPTIONS},
        {"noLabel": False, "required": False, "options": OPTIONS, "defaultValue": []},
    ),
    "DROP_DOWN": (
        {"options": OPTIONS},
        {"noLabel": False, "required": False, "options": OPTIONS, "defaultValue": ""},
    ),
    "DATE": (
        {},
        {"noLabel": False, "required": False, "unique": False, "defaultValue": "", "defaultNowValue": False},
    ),
    "TIME": ({}, {"noLabel": False, "required": False, "defaultValue": "", "defaultNowValue": False}),
    "DATETIME": (
        {},
        {"noLabel": False, "required": False, "unique": False, "defaultValue": "", "defaultNowValue": False},
    ),
    "FILE": ({}, {"noLabel": False, "required": False, "thumbnailSize": "50"}),
    "LINK": (
        {},
        {
            "noLabel": False,
            "required": False,
            "unique": False,
            "protocol": "WEB",
            "minLength": "",
            "maxLength": "",
            "defaultValue": "",
        },
    ),
    "USER_SELECT": ({}, {"noLabel": False, "required": False, "entities": [], "defaultValue": []}),
    "ORGANIZATION_SELECT": ({}, {"noLabel": False, "required": False, "entities": [], "defaultValue": []}),
    "GROUP_SELECT": ({}, {"noLabel": False, "required": False, "entities": [], "defaultValue": []}),
    "GROUP": ({}, {"noLabel": False, "openGroup": False}),
}


def properties(kintone: Kintone, app: int) -> dict:
    return kintone.get("preview/app/form/fields", app=app)["properties"]


def test_a_new_form_has_the_eight_standard_fields_under_japanese_codes(kintone: Kintone):
    found = properties(kintone, kintone.make_app())
    assert {code: each["type"] for code, each in found.items()} == {
        "レコード番号": "RECORD_NUMBER",
        "作成者": "CREATOR",
        "作成日時": "CREATED_TIME",
        "更新者": "MODIFIER",
        "更新日時": "UPDATED_TIME",
        "カテゴリー": "CATEGORY",
        "ステータス": "STATUS",
        "作業者": "STATUS_ASSIGNEE",
    }
    assert found["ステータス"] == {"type": "STATUS", "code": "ステータス", "label": "ステータス", "enabled": False}
    assert found["作成者"] == {"type": "CREATOR", "code": "作成者", "label": "作成者", "noLabel": False}


@pytest.mark.parametrize(("kind", "given", "filled_in"), [(kind, *each) for kind, each in DEFAULTS.items()])
def test_attributes_that_are_left_out_are_filled_in(kintone: Kintone, kind, given, filled_in):
    app = kintone.make_app()
    kintone.add_fields(app, 項目={"type": kind, **given})
    assert properties(kintone, app)["項目"] == {"type": kind, "code": "項目", "label": "項目", **filled_in}


def test_table_columns_are_filled_in_and_can_t_be_unique(kintone: Kintone):
    app = kintone.make_app()
    column = {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名", "unique": True}
    kintone.add_fields(app, 明細={"type": "SUBTABLE", "fields": {"品名": column}})
    table = properties(kintone, app)["明細"]
    assert table["fields"]["品名"]["unique"] is False
    assert table["fields"]["品名"]["maxLength"] == ""
    assert set(table) == {"type", "code", "label", "noLabel", "fields"}


@pytest.mark.parametrize("kind", ["MULTI_LINE_TEXT", "TIME", "CHECK_BOX", "FILE"])
def test_unique_is_dropped_silently_where_it_does_not_exist(kintone: Kintone, kind):
    app = kintone.make_app()
    given = {"options": OPTIONS} if kind == "CHECK_BOX" else {}
    kintone.add_fields(app, 項目={"type": kind, "unique": True, **given})
    assert "unique" not in properties(kintone, app)["項目"]


@pytest.mark.parametrize("kind", ["SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"])
def test_unique_is_kept_by_five_types(kintone: Kintone, kind):
    app = kintone.make_app()
    kintone.add_fields(app, 項目={"type": kind, "unique": True})
    assert properties(kintone, app)["項目"]["unique"] is True


@pytest.mark.parametrize("code", ["ステータス", "カテゴリー", "作業者"])
def test_codes_of_the_process_are_reserved(kintone: Kintone, code):
    field = {"type": "SINGLE_LINE_TEXT", "code": code, "label": code}
    app = kintone.make_app()
    assert kintone.refused("POST", "preview/app/form/fields", app=app, properties={code: field}) == (400, "CB_VA01")


@pytest.mark.parametrize("code", ["1番", "a b", "a-b", "１番", "", "あ" * 129])
def test_a_malformed_code_is_refused(kintone: Kintone, code):
    field = {"type": "SINGLE_LINE_TEXT", "code": code, "label": "x"}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={code: field})
    assert f"properties[{code}].code" in errors


def test_a_key_must_equal_the_code_of_its_field(kintone: Kintone):
    field = {"type": "SINGLE_LINE_TEXT", "code": "b", "label": "b"}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"a": field})
    assert set(errors) == {"properties[a].code"}


def test_type_code_and_label_are_required(kintone: Kintone):
    app = kintone.make_app()
    sent = {"a": {}, "b": {"type": "NUMBER"}}
    errors = kintone.errors("POST", "preview/app/form/fields", app=app, properties=sent)
    assert errors == {
        "properties[a].type": ["必須です。"],
        "properties[b].code": ["必須です。"],
        "properties[b].label": ["必須です。"],
    }


def test_a_word_outside_the_enum_is_named_by_its_attribute(kintone: Kintone):
    field = {"type": "CALC", "code": "calc", "label": "calc", "expression": "1", "format": "ROMAN"}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"calc": field})
    assert errors == {"properties[calc].format": ["Enum値のいずれかでなければなりません。"]}


@pytest.mark.parametrize("kind", ["RECORD_NUMBER", "STATUS", "LABEL", "NONSENSE", 5, [], {}, True])
def test_only_twenty_types_can_be_added(kintone: Kintone, kind):
    field = {"type": kind, "code": "a", "label": "a"}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"a": field})
    assert set(errors) == {"properties[a].type"}


def test_a_code_may_stand_only_once_also_inside_tables(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 品名={"type": "NUMBER"})
    column = {"type": "NUMBER", "code": "品名", "label": "品名"}
    table = {"type": "SUBTABLE", "code": "明細", "label": "明細", "fields": {"品名": column}}
    sent = {"明細": table}
    assert kintone.refused("POST", "preview/app/form/fields", app=app, properties=sent) == (400, "CB_VA01")


def test_a_column_is_added_by_posting_its_table_again(kintone: Kintone):
    app = kintone.make_app()
    first = {"type": "NUMBER", "code": "数量", "label": "数量"}
    second = {"type": "NUMBER", "code": "単価", "label": "単価"}
    kintone.add_fields(app, 明細={"type": "SUBTABLE", "fields": {"数量": first}})
    kintone.add_fields(app, 明細={"type": "SUBTABLE", "fields": {"数量": first, "単価": second}})
    assert set(properties(kintone, app)["明細"]["fields"]) == {"数量", "単価"}
    layout = kintone.get("preview/app/form/layout", app=app)["layout"]
    assert [cell["code"] for cell in layout[0]["fields"]] == ["数量", "単価"]


@pytest.mark.parametrize("kind", ["SUBTABLE", "GROUP", "REFERENCE_TABLE"])
def test_a_table_takes_no_tables_groups_or_related_records(kintone: Kintone, kind):
    column = {"type": kind, "code": "内", "label": "内", "fields": {}}
    table = {"type": "SUBTABLE", "code": "外", "label": "外", "fields": {"内": column}}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"外": table})
    assert set(errors) == {"properties[外].fields[内].type"}


def test_a_put_keeps_what_it_leaves_out(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 名前={"type": "SINGLE_LINE_TEXT", "maxLength": 10, "required": True})
    kintone.put("preview/app/form/fields", app=app, properties={"名前": {"label": "氏名"}})
    found = properties(kintone, app)["名前"]
    assert (found["label"], found["maxLength"], found["required"]) == ("氏名", "10", True)


def test_a_rename_is_followed_by_layout_views_and_title(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 旧={"type": "SINGLE_LINE_TEXT"})
    views = {"一覧": {"type": "LIST", "index": 0, "fields": ["旧"]}}
    kintone.put("preview/app/views", app=app, views=views)
    kintone.put("preview/app/settings", app=app, titleField={"selectionMode": "MANUAL", "code": "旧"})
    kintone.put("preview/app/form/fields", app=app, properties={"旧": {"code": "新"}})
    assert "新" in properties(kintone, app)
    assert kintone.get("preview/app/form/layout", app=app)["layout"][0]["fields"][0]["code"] == "新"
    assert kintone.get("preview/app/views", app=app)["views"]["一覧"]["fields"] == ["新"]
    assert kintone.get("preview/app/settings", app=app)["titleField"]["code"] == "新"


def test_standard_fields_can_be_renamed(kintone: Kintone):
    app = kintone.make_app()
    kintone.put("preview/app/form/fields", app=app, properties={"レコード番号": {"code": "番号", "label": "番号"}})
    assert properties(kintone, app)["番号"]["type"] == "RECORD_NUMBER"


def test_fields_of_the_process_can_t_be_changed(kintone: Kintone):
    app = kintone.make_app()
    sent = {"ステータス": {"label": "状態"}}
    assert kintone.refused("PUT", "preview/app/form/fields", app=app, properties=sent) == (400, "CB_VA01")


def test_two_fields_can_swap_their_codes(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, a={"type": "NUMBER"}, b={"type": "DATE"})
    kintone.put("preview/app/form/fields", app=app, properties={"a": {"code": "b"}, "b": {"code": "a"}})
    found = properties(kintone, app)
    assert (found["a"]["type"], found["b"]["type"]) == ("DATE", "NUMBER")


def test_a_rename_onto_a_taken_code_is_refused(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, a={"type": "NUMBER"}, b={"type": "DATE"})
    sent = {"a": {"code": "b"}}
    assert kintone.refused("PUT", "preview/app/form/fields", app=app, properties=sent) == (400, "CB_VA01")


def test_the_type_of_a_field_is_fixed(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, a={"type": "NUMBER"})
    errors = kintone.errors("PUT", "preview/app/form/fields", app=app, properties={"a": {"type": "DATE"}})
    assert set(errors) == {"properties[a].type"}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_code_is_refused(kintone: Kintone, method):
    app = kintone.make_app()
    body = {"properties": {"無": {"label": "x"}}} if method == "PUT" else {"fields": ["無"]}
    assert kintone.refused(method, "preview/app/form/fields", app=app, **body) == (400, "GAIA_FC01")


def test_deleting_a_group_deletes_the_fields_placed_in_it(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 群={"type": "GROUP"}, 内={"type": "NUMBER"}, 外={"type": "NUMBER"})
    inside = {"type": "ROW", "fields": [{"type": "NUMBER", "code": "内"}]}
    rows = [
        {"type": "GROUP", "code": "群", "layout": [inside]},
        {"type": "ROW", "fields": [{"type": "NUMBER", "code": "外"}]},
    ]
    kintone.put("preview/app/form/layout", app=app, layout=rows)
    kintone.delete("preview/app/form/fields", app=app, fields=["群"])
    found = properties(kintone, app)
    assert "外" in found
    assert not {"群", "内"} & set(found)


def test_a_standard_field_can_leave_the_form(kintone: Kintone):
    app = kintone.make_app()
    kintone.delete("preview/app/form/fields", app=app, fields=["更新者"])
    assert "更新者" not in properties(kintone, app)


@pytest.mark.parametrize(
    ("fields", "messages"),
    [([], 2), (["x"] * 101, 1)],
    ids=["none", "101"],
)
def test_one_to_a_hundred_fields_are_deleted_at_once(kintone: Kintone, fields, messages):
    errors = kintone.errors("DELETE", "preview/app/form/fields", app=kintone.make_app(), fields=fields)
    assert len(errors["fields"]) == messages


def numbers(first: int, count: int) -> dict:
    codes = [f"f{number}" for number in range(first, first + count)]
    return {code: {"type": "NUMBER", "code": code, "label": "x"} for code in codes}


def test_a_form_has_at_most_five_hundred_fields(kintone: Kintone):
    app = kintone.make_app()
    for first in range(0, 500, 100):
        kintone.post("preview/app/form/fields", app=app, properties=numbers(first, 100))
    assert kintone.errors("POST", "preview/app/form/fields", app=app, properties=numbers(500, 1)) == {
        "properties": ["1つのアプリに追加できるフィールドは500個までです。"]
    }


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_call_changes_at_most_a_hundred_fields(kintone: Kintone, method):
    app = kintone.make_app()
    kintone.post("preview/app/form/fields", app=app, properties=numbers(0, 100))
    errors = kintone.errors(method, "preview/app/form/fields", app=app, properties=numbers(0, 101))
    assert errors == {"properties": ["1件から100件までで指定してください。"]}


def test_a_table_without_a_name_is_named_by_its_code(kintone: Kintone):
    column = {"type": "NUMBER", "code": "数量", "label": "数量"}
    app = kintone.make_app()
    table = {"type": "SUBTABLE", "code": "明細", "fields": {"数量": column}}
    kintone.post("preview/app/form/fields", app=app, properties={"明細": table})
    assert properties(kintone, app)["明細"]["label"] == "明細"


@pytest.mark.parametrize(
    ("kind", "attribute", "value"),
    [
        ("NUMBER", "unit", "あ" * 129),
        ("NUMBER", "defaultValue", "1" * 1001),
        ("NUMBER", "defaultValue", "千"),
        ("NUMBER", "displayScale", "11"),
        ("NUMBER", "unitPosition", "ABOVE"),
        ("SINGLE_LINE_TEXT", "maxLength", "-1"),
        ("SINGLE_LINE_TEXT", "label", "あ" * 129),
        ("LINK", "protocol", "FTP"),
        ("FILE", "thumbnailSize", "100"),
        ("CHECK_BOX", "align", "DIAGONAL"),
        ("DATE", "required", "perhaps"),
        ("USER_SELECT", "entities", [{"type": "ROBOT", "code": "x"}]),
        ("GROUP", "openGroup", "perhaps"),
    ],
)
def test_an_attribute_out_of_bounds_is_named(kintone: Kintone, kind, attribute, value):
    given = {"options": OPTIONS} if kind == "CHECK_BOX" else {}
    field = {"type": kind, "code": "a", "label": "a", **given, attribute: value}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"a": field})
    assert [key.removesuffix("[0].type") for key in errors] == [f"properties[a].{attribute}"]


def test_a_column_is_deleted_by_its_code_but_not_the_last(kintone: Kintone):
    columns = {code: {"type": "NUMBER", "code": code, "label": code} for code in ("数量", "単価")}
    app = kintone.make_app()
    kintone.add_fields(app, 明細={"type": "SUBTABLE", "fields": columns})
    kintone.delete("preview/app/form/fields", app=app, fields=["数量"])
    assert set(properties(kintone, app)["明細"]["fields"]) == {"単価"}
    (row,) = kintone.get("preview/app/form/layout", app=app)["layout"]
    assert [cell["code"] for cell in row["fields"]] == ["単価"]
    errors = kintone.errors("DELETE", "preview/app/form/fields", app=app, fields=["単価"])
    assert errors == {"fields": ["テーブルには、フィールドが1つ以上必要です。"]}


def test_a_default_must_be_an_option(kintone: Kintone):
    field = {"type": "DROP_DOWN", "code": "a", "label": "a", "options": OPTIONS, "defaultValue": "C"}
    errors = kintone.errors("POST", "preview/app/form/fields", app=kintone.make_app(), properties={"a": field})
    assert errors == {"properties[a].defaultValue": ['"C"は選択肢にありません。']}


def test_an_option_is_renamed_by_a_put(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, a={"type": "DROP_DOWN", "options": OPTIONS})
    renamed = {"A": {"label": "甲", "index": 0}, "B": {"label": "B", "index": 1}}
    kintone.put("preview/app/form/fields", app=app, properties={"a": {"options": renamed}})
    assert set(properties(kintone, app)["a"]["options"]) == {"甲", "B"}


def test_a_number_of_ours_never_shows(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, t={"type": "SUBTABLE", "fields": {"c": {"type": "NUMBER", "code": "c", "label": "c"}}})
    assert "$id" not in str(properties(kintone, app))
