# ruff: noqa: E501 - a case with its sentence reads best on one line
"""What changed between two versions, how much it matters, and what it costs in version numbers."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.bundle.comparing import Act, Bump, Impact, compare
from marketplace.bundle.model import Bundle
from tests.bundle.factories import (
    ICON,
    make_app,
    make_bundle,
    make_field,
    make_joined_bundle,
    make_layout,
    make_options,
    make_simple_app,
)
from tests.bundle.test_checking import FORM, PROCESS, RECORD, VIEW, add_field, drop, put


def change_of(old: Bundle, new: Bundle):
    changes = compare(old, new).changes
    assert len(changes) == 1, [change.text.ja for change in changes]
    return changes[0]


def test_the_same_content_has_no_changes_and_owes_nothing():
    comparison = compare(make_joined_bundle(), make_joined_bundle(version="1.0.1"))
    assert comparison.changes == ()
    assert comparison.bump is Bump.NONE


def test_an_added_field_is_told_in_both_languages():
    field = make_field("DROP_DOWN", "担当課", options=make_options("産業振興課"))
    change = change_of(make_joined_bundle(), make_joined_bundle(add_field("request", field)))
    assert change.text.ja == "補助金申請：項目「担当課」（ドロップダウン）を追加"
    assert change.text.en == "補助金申請: field “担当課” (drop down) added"
    assert (change.impact, change.act, change.app_key, change.subject) == (
        Impact.ADDITIVE,
        Act.ADDED,
        "request",
        "担当課",
    )
    assert (change.before, change.after) == (None, field)


COLUMN = (*FORM, "経費明細", "fields")
CASES: list[tuple[Any, Impact, str, Act, str]] = [
    (put(*FORM, "申請番号", "required", True), Impact.BREAKING, "field", Act.CHANGED, "補助金申請：項目「申請番号」（文字列（1行））を変更（必須：オン）"),
    (put(*FORM, "申請者名", "required", False), Impact.ADDITIVE, "field", Act.CHANGED, "補助金申請：項目「申請者名」（文字列（1行））を変更（必須：オフ）"),
    (put(*FORM, "申請者名", "maxLength", "32"), Impact.BREAKING, "field", Act.CHANGED, "補助金申請：項目「申請者名」（文字列（1行））を変更（最大文字数：64→32）"),
    (put(*FORM, "申請者名", "maxLength", "128"), Impact.ADDITIVE, "field", Act.CHANGED, "補助金申請：項目「申請者名」（文字列（1行））を変更（最大文字数：64→128）"),
    (put(*FORM, "上限額", "minValue", "1"), Impact.BREAKING, "field", Act.CHANGED, "補助金申請：項目「上限額」（数値）を変更（最小値：なし→1）"),
    (put(*FORM, "申請者名", "label", "お名前"), Impact.COSMETIC, "field", Act.CHANGED, "補助金申請：項目「お名前」（文字列（1行））を変更（項目名：申請者名→お名前）"),
    (put(*FORM, "申請額", "expression", "SUM(金額)*2"), Impact.ADDITIVE, "field", Act.CHANGED, "補助金申請：項目「申請額」（計算）を変更（計算式：SUM(金額)→SUM(金額)*2）"),
    (put(*FORM, "制度コード", "lookup", "relatedKeyField", "制度名"), Impact.BREAKING, "field", Act.CHANGED, "補助金申請：項目「制度コード」（ルックアップ）を変更（ルックアップの設定）"),
    (put(*FORM, "制度コード", "lookup", "lookupPickerFields", []), Impact.ADDITIVE, "field", Act.CHANGED, "補助金申請：項目「制度コード」（ルックアップ）を変更（ルックアップの設定）"),
    (put(*FORM, "申請区分", "options", make_options("新規", "継続", "変更")), Impact.ADDITIVE, "option", Act.ADDED, "補助金申請：項目「申請区分」（ラジオボタン）の選択肢「変更」を追加"),
    (put(*FORM, "申請区分", "options", make_options("新規")), Impact.BREAKING, "option", Act.REMOVED, "補助金申請：項目「申請区分」（ラジオボタン）の選択肢「継続」を削除"),
    (put(*FORM, "申請区分", "options", make_options("継続", "新規")), Impact.COSMETIC, "option", Act.CHANGED, "補助金申請：項目「申請区分」（ラジオボタン）の選択肢の並びを変更"),
    (put(*COLUMN, "備考", make_field("NUMBER", "備考")), Impact.ADDITIVE, "field", Act.ADDED, "補助金申請：テーブル「経費明細」の項目「備考」（数値）を追加"),
    (drop(*COLUMN, "金額"), Impact.BREAKING, "field", Act.REMOVED, "補助金申請：テーブル「経費明細」の項目「金額」（数値）を削除"),
    (put("request", "layout", "layout", 1, "fields", 0, "size", {"width": "300"}), Impact.COSMETIC, "layout", Act.CHANGED, "補助金申請：フォームの配置を変更"),
    (put("request", "views", "views", "新着", {"type": "LIST", "fields": []}), Impact.ADDITIVE, "view", Act.ADDED, "補助金申請：一覧「新着」を追加"),
    (put(*VIEW, "index", "3"), Impact.COSMETIC, "view", Act.CHANGED, "補助金申請：一覧「一覧」を変更"),
    (put(*VIEW, "filterCond", ""), Impact.ADDITIVE, "view", Act.CHANGED, "補助金申請：一覧「一覧」を変更"),
    (put(*PROCESS, "enable", False), Impact.BREAKING, "process", Act.CHANGED, "補助金申請：プロセス管理を変更（無効にする）"),
    (drop(*PROCESS, "states", "完了"), Impact.BREAKING, "state", Act.REMOVED, "補助金申請：ステータス「完了」を削除"),
    (drop(*PROCESS, "actions", 2), Impact.BREAKING, "process_action", Act.REMOVED, "補助金申請：プロセスのアクション「審査中：承認」を削除"),
    (put(*PROCESS, "actions", 2, "filterCond", ""), Impact.ADDITIVE, "process_action", Act.CHANGED, "補助金申請：プロセスのアクション「審査中：承認」を変更"),
    (put("request", "permissions", "record", "rights", []), Impact.ADDITIVE, "permission", Act.CHANGED, "補助金申請：レコードのアクセス権を変更"),
    (drop("request", "permissions", "field"), Impact.ADDITIVE, "permission", Act.REMOVED, "補助金申請：フィールドのアクセス権を削除"),
    (drop("request", "notifications", "reminder"), Impact.ADDITIVE, "notification", Act.REMOVED, "補助金申請：リマインダーの条件通知を削除"),
    (drop("request", "reports"), Impact.ADDITIVE, "report", Act.REMOVED, "補助金申請：グラフ「地区別」を削除"),
    (drop("request", "actions"), Impact.BREAKING, "action", Act.REMOVED, "補助金申請：アクション「実績報告を作る」を削除"),
    (put("request", "plugins", {"plugins": [{"id": "a", "name": "帳票"}]}), Impact.ADDITIVE, "plugin", Act.ADDED, "補助金申請：プラグイン「帳票」を追加"),
    (put("request", "customize", {"scope": "ALL"}), Impact.ADDITIVE, "customize", Act.ADDED, "補助金申請：JavaScript／CSSカスタマイズを追加"),
    (put("request", "admin_notes", {"content": "x"}), Impact.COSMETIC, "admin_notes", Act.ADDED, "補助金申請：管理者用メモを追加"),
    (put("request", "settings", "theme", "RED"), Impact.COSMETIC, "settings", Act.CHANGED, "補助金申請：デザインテーマを変更（BLUE→RED）"),
    (put("request", "settings", "firstMonthOfFiscalYear", "1"), Impact.ADDITIVE, "settings", Act.CHANGED, "補助金申請：年度の開始月を変更"),
    (put(*RECORD, "申請者名", "value", "例 花子"), Impact.COSMETIC, "records", Act.CHANGED, "補助金申請：サンプルレコード「例 花子」を変更"),
    (put(*RECORD, "申請区分", "value", "継続"), Impact.COSMETIC, "records", Act.CHANGED, "補助金申請：サンプルレコード「見本 太郎」を変更"),
    (drop("program", "records", "records", 0), Impact.COSMETIC, "records", Act.REMOVED, "補助制度マスタ：サンプルレコード「S-01」を削除"),
    (drop("report"), Impact.BREAKING, "app", Act.REMOVED, "アプリ「実績報告」を削除"),
    (put("extra", make_simple_app()), Impact.ADDITIVE, "app", Act.ADDED, "アプリ「申請」を追加"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "impact", "area", "act", "text"), CASES, ids=[f"{case[2]}-{at}" for at, case in enumerate(CASES)]
)
def test_each_change_has_its_weight_and_its_sentence(change, impact, area, act, text):
    found = change_of(make_joined_bundle(), make_joined_bundle(change))
    assert (found.impact, found.area, found.act, found.text.ja) == (impact, area, act, text)


@pytest.mark.parametrize(
    ("changes", "files", "impact", "text"),
    [
        ({"name": {"ja": "補助金", "en": "Grants"}}, {}, Impact.COSMETIC, "テンプレート名を変更"),
        ({"license": "CC0-1.0"}, {}, Impact.ADDITIVE, "ライセンスを変更"),
        ({"keywords": []}, {}, Impact.COSMETIC, "キーワードを変更"),
        ({}, {"README.md": "# 新しい説明"}, Impact.COSMETIC, "文書「README.md」を変更"),
        ({}, {"CHANGELOG.md": "# 変更点"}, Impact.COSMETIC, "文書「CHANGELOG.md」を追加"),
        ({}, {"images/a.svg": ICON}, Impact.COSMETIC, "画像「images/a.svg」を追加"),
        ({}, {"apps/request/files/a.txt": b"x"}, Impact.COSMETIC, "申請：ファイル「files/a.txt」を追加"),
    ],
)
def test_what_stands_outside_the_apps_is_compared_too(changes, files, impact, text):
    found = change_of(make_bundle(), make_bundle(files=files, **changes))
    assert (found.impact, found.text.ja) == (impact, text)


@pytest.mark.parametrize(("kind", "impact"), [("GROUP", Impact.BREAKING), ("USER", Impact.COSMETIC)])
def test_a_placeholder_of_another_kind_breaks_the_mapping(kind, impact):
    old = make_bundle(placeholders=[{"key": "chief", "kind": "USER", "label": {"ja": "所属長"}}])
    new = make_bundle(placeholders=[{"key": "chief", "kind": kind, "label": {"ja": "課長"}}])
    assert change_of(old, new).impact is impact


def one_app(*fields: dict[str, Any]) -> Bundle:
    return make_bundle({"request": make_app("申請", *fields)})


def test_a_new_code_under_the_same_label_is_a_renaming():
    old = one_app(make_field("NUMBER", "kingaku", label="金額"), make_field("DATE", "日付"))
    new = one_app(make_field("NUMBER", "金額"), make_field("DATE", "日付"))
    change = change_of(old, new)
    assert (change.act, change.impact, change.before, change.after) == (Act.RENAMED, Impact.BREAKING, "kingaku", "金額")
    assert change.text.ja == "申請：項目「金額」（数値）の名前を変更（フィールドコード：kingaku→金額）"


def test_a_renamed_field_may_change_as_well_if_it_keeps_its_place():
    old = one_app(make_field("NUMBER", "kingaku", label="金額"))
    new = one_app(make_field("NUMBER", "金額", required=True))
    assert [change.act for change in compare(old, new).changes] == [Act.RENAMED, Act.CHANGED]


def test_another_field_in_the_place_of_an_old_one_is_no_renaming():
    old, new = (
        one_app(make_field("SINGLE_LINE_TEXT", "電話番号")),
        one_app(make_field("SINGLE_LINE_TEXT", "ＦＡＸ番号")),
    )
    assert [change.act for change in compare(old, new).changes] == [Act.REMOVED, Act.ADDED]


def test_a_renamed_table_takes_its_columns_along():
    def table(code):
        return make_field("SUBTABLE", code, label="明細", fields={"金額": make_field("NUMBER", "金額")})

    assert [change.act for change in compare(one_app(table("a")), one_app(table("b"))).changes] == [Act.RENAMED]


def test_a_changed_type_is_one_breaking_change():
    change = change_of(one_app(make_field("NUMBER", "a", unit="円")), one_app(make_field("SINGLE_LINE_TEXT", "a")))
    assert (change.impact, change.text.ja) == (
        Impact.BREAKING,
        "申請：項目「a」（文字列（1行））を変更（種類：数値→文字列（1行））",
    )


def test_a_new_required_field_without_a_default_is_breaking():
    old = one_app(make_field("NUMBER", "a"))
    needed = one_app(make_field("NUMBER", "a"), make_field("NUMBER", "b", required=True))
    filled = one_app(make_field("NUMBER", "a"), make_field("NUMBER", "b", required=True, defaultValue="1"))
    assert [compare(old, new).bump for new in (needed, filled)] == [Bump.MAJOR, Bump.MINOR]


def test_a_new_order_of_the_apps_is_cosmetic():
    one, two = make_simple_app(), {**make_simple_app(), "settings": {"name": "別"}}
    assert compare(make_bundle({"a": one, "b": two}), make_bundle({"b": two, "a": one})).bump is Bump.PATCH


def test_what_differs_in_no_named_way_still_owes_a_patch():
    renumbered = make_options("東", "西")
    renumbered["西"]["index"] = "7"
    app = make_simple_app()
    app["fields"]["properties"]["地区"]["options"] = renumbered
    assert compare(make_bundle(), make_bundle({"request": app})).bump is Bump.PATCH


def test_the_weightiest_change_decides_and_comes_first():
    def change(apps):
        put(*FORM, "申請者名", "label", "お名前")(apps)
        drop("request", "fields", "properties", "面談日時")(apps)
        apps["request"]["layout"] = make_layout(apps["request"]["fields"]["properties"])
        drop("request", "records")(apps)

    comparison = compare(make_joined_bundle(), make_joined_bundle(change))
    assert comparison.bump is Bump.MAJOR
    assert comparison.changes[0].impact is Impact.BREAKING


@pytest.mark.parametrize(
    ("bump", "version", "least"),
    [
        (Bump.NONE, "1.2.3", "1.2.3"),
        (Bump.PATCH, "1.2.3", "1.2.4"),
        (Bump.MINOR, "1.2.3", "1.3.0"),
        (Bump.MAJOR, "1.2.3", "2.0.0"),
        (Bump.PATCH, "1.2.0-beta.1", "1.2.0"),
        (Bump.MAJOR, "0.3.1", "1.0.0"),
    ],
)
def test_a_bump_names_the_least_version_that_follows(bump, version, least):
    assert bump.least_after(version) == least


def test_bumps_can_be_compared_and_have_words():
    assert Bump.NONE < Bump.PATCH < Bump.MINOR < Bump.MAJOR
    assert [str(bump) for bump in Bump] == ["none", "patch", "minor", "major"]
