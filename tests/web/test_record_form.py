"""Adding and editing records by hand, without scripts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox import sites
from marketplace.sandbox.models import Site
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle, make_layout, make_options
from tests.web.conftest import words
from tests.web.sheet import Sheet

EVERY_TYPE = (
    make_field("SINGLE_LINE_TEXT", "件名", required=True, maxLength="10"),
    make_field("MULTI_LINE_TEXT", "内容"),
    make_field("RICH_TEXT", "説明"),
    make_field("NUMBER", "金額", unit="円", unitPosition="AFTER", minValue="0", digit=True),
    make_field("RADIO_BUTTON", "区分", options=make_options("新規", "継続"), defaultValue="新規"),
    make_field("CHECK_BOX", "添付確認", options=make_options("計画書", "見積書"), defaultValue=[]),
    make_field("MULTI_SELECT", "対象", options=make_options("個人", "法人"), defaultValue=[]),
    make_field("DROP_DOWN", "地区", options=make_options("東", "西"), defaultValue=""),
    make_field("DATE", "受付日"),
    make_field("TIME", "受付時刻"),
    make_field("DATETIME", "面談日時"),
    make_field("LINK", "参考ページ", protocol="WEB"),
    make_field("FILE", "資料", thumbnailSize="150"),
    make_field("USER_SELECT", "担当者", entities=[], defaultValue=[{"type": "FUNCTION", "code": "LOGINUSER()"}]),
    make_field("CALC", "倍額", expression="金額 * 2", format="NUMBER_DIGIT"),
    make_field(
        "SUBTABLE",
        "明細",
        fields={
            "費目": make_field("SINGLE_LINE_TEXT", "費目", required=True),
            "単価": make_field("NUMBER", "単価"),
            "小計": make_field("CALC", "小計", expression="単価 * 2"),
        },
    ),
)


@pytest.fixture(scope="module")
def workspace_id(prepared) -> str:
    """A workspace with an app of every type of field."""
    return prepared.world().install(make_bundle({"every": make_app("何でも", *EVERY_TYPE)}, slug="every-type"))[0]


def open_to_all(apps):
    """Take the rights of the request away, so that its records are everybody's."""
    del apps["request"]["permissions"]


@pytest.fixture(scope="module")
def joined(prepared) -> str:
    """A workspace with three apps joined by lookups: 1 is the report, 2 the request, 3 the program."""
    return prepared.world().install(make_joined_bundle(open_to_all))[0]


def test_every_type_of_field_is_kept_as_it_was_filled_in(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new")
    sheet.fill("件名", "申請").fill("内容", "一行目\r\n二行目").fill("説明", "<b>太字</b>と普通")
    sheet.fill("金額", "１２，０００円").fill("区分", "継続").fill("添付確認", "計画書", "見積書").fill("対象", "法人")
    sheet.fill("地区", "西").fill("受付日", "2026/4/1").fill("受付時刻", "9:30").fill("面談日時", "2026-04-02T10:15")
    sheet.fill("参考ページ", "https://example.jp/").attach("資料", ("要綱.pdf", b"%PDF-1.4"), ("表.csv", b"a,b"))
    sheet.press("保存する", 303)
    shown = words(sheet.soup)
    for text in (
        "一行目",
        "太字 と普通",
        "12,000円",
        "継続",
        "計画書、見積書",
        "法人",
        "西",
        "24,000",
        "要綱.pdf",
        "表.csv",
    ):
        assert text in shown
    for text in ("2026年4月1日", "09:30", "2026年4月2日（令和8年） 10:15", "見本 花子"):
        assert text in shown
    again = Sheet.visit(browser, f"/w/{workspace_id}/k/1/edit?record=1")
    labels = ("件名", "内容", "金額", "区分", "添付確認", "対象", "地区", "受付日", "受付時刻", "面談日時")
    assert [again.value(label) for label in labels] == [
        *("申請", "一行目\n二行目", "12000", "継続", ["計画書", "見積書"], "法人", "西"),
        *("2026-04-01", "09:30", "2026-04-02T10:15"),
    ]


def test_the_form_begins_with_the_defaults(sign_in, workspace_id):
    sheet = Sheet.visit(sign_in("admin"), f"/w/{workspace_id}/k/1/new")
    chosen = sheet.form.find("legend", string=re.compile("担当者")).parent
    assert sheet.value("区分") == "新規"
    assert [words(label) for label in chosen.select(".choice label")] == ["見本 花子"]


def test_what_is_refused_stands_beside_its_control_and_nothing_typed_is_lost(sign_in, workspace_id):
    sheet = Sheet.visit(sign_in("admin"), f"/w/{workspace_id}/k/1/new")
    sheet.press("行を追加").fill("内容", "長い話").fill("金額", "たくさん").fill("単価", "千円").fill(
        "受付日", "あした"
    )
    sheet.attach("資料", ("写真.png", b"\x89PNG\r\n\x1a\n")).press("保存する", 422)
    for label, sentence in (
        ("件名", "必須です。"),
        ("金額", "数字で"),
        ("単価", "数字で"),
        ("費目", "必須です。"),
        ("受付日", "2026-04-01"),
    ):
        assert sentence in sheet.error_of(label)
    assert [sheet.value(label) for label in ("内容", "金額", "単価", "受付日")] == [
        "長い話",
        "たくさん",
        "千円",
        "あした",
    ]
    links = [link["href"] for link in sheet.soup.find(role="alert").find_all("a")]
    assert links[0] == f"#{sheet.name_of('件名')}"
    assert sheet.soup.find(id=sheet.name_of("件名")).has_attr("autofocus")
    sheet.fill("件名", "写真").fill("金額", "1").fill("単価", "2").fill("費目", "印刷").fill("受付日", "")
    assert "写真.png" in words(sheet.press("保存する", 303).soup)


def test_what_is_refused_is_listed_in_the_order_of_the_form(sign_in, world):
    fields = [make_field("SINGLE_LINE_TEXT", code, required=True) for code in ("一", "二", "三", "四")]
    rows = {
        "明細": make_field("SUBTABLE", "明細", fields={"品名": make_field("SINGLE_LINE_TEXT", "品名", required=True)})
    }
    app = make_app("順番", *fields, *rows.values())
    by_code = {str(each["code"]): each for each in fields}
    group = {
        "type": "GROUP",
        "code": "枠",
        "layout": make_layout({code: by_code[code] for code in ("四", "二")})["layout"],
    }
    app["fields"]["properties"]["枠"] = make_field("GROUP", "枠", openGroup=True)
    ends = [
        make_layout({code: each})["layout"] for code, each in {"三": by_code["三"], **rows, "一": by_code["一"]}.items()
    ]
    app["layout"] = {"layout": [group, *(line for lines in ends for line in lines)]}
    sheet = Sheet.visit(sign_in("admin"), f"/w/{world.install(make_bundle({'order': app}))[0]}/k/1/new")
    sheet.press("行を追加").press("保存する", 422)
    links = [link.get_text().partition("：")[0] for link in sheet.soup.find(role="alert").find_all("a")]
    assert links == ["四", "二", "三", "明細 1行目の品名", "一"]


def test_what_is_refused_and_what_a_list_shows_stand_in_the_order_of_the_form(sign_in, world):
    app = make_app(
        "受付",
        make_field("SINGLE_LINE_TEXT", "あて先", required=True),
        make_field(
            "SUBTABLE", "内訳", fields={code: make_field("SINGLE_LINE_TEXT", code) for code in ("金額", "費目")}
        ),
        make_field("SINGLE_LINE_TEXT", "題", required=True),
        views={"views": {"すべて": {"index": "0", "type": "LIST", "name": "すべて", "fields": ["題", "内訳"]}}},
    )
    app["layout"]["layout"].reverse()
    for line in app["layout"]["layout"]:
        line["fields"].reverse()
    workspace_id, browser = world.install(make_bundle({"desk": app}))[0], sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").press("保存する", 422)
    links = [link["href"] for link in sheet.soup.find(role="alert").find_all("a")]
    assert links == [f"#{sheet.name_of('題')}", f"#{sheet.name_of('あて先')}"]
    sheet.press("行を追加").fill("題", "見積").fill("あて先", "課長").fill("費目", "旅費").fill("金額", "五百円")
    sheet.press("保存する", 303)
    assert "旅費 / 五百円" in words(browser.read(f"/w/{workspace_id}/k/1/"))


@pytest.mark.parametrize(
    ("label", "typed", "message"),
    [
        ("件名", "一二三四五六七八九十一", "11文字より短く"),
        ("金額", "-1", "0以上である必要があります"),
        ("参考ページ", "javascript:alert(1)", "URLの形式"),
        ("面談日時", "いつか", "日時は"),
        ("受付時刻", "25:99", "時刻は"),
    ],
)
def test_the_rules_of_the_form_are_told_beside_the_control(sign_in, workspace_id, label, typed, message):
    sheet = Sheet.visit(sign_in("admin"), f"/w/{workspace_id}/k/1/new").fill("件名", "題").fill(label, typed)
    assert message in sheet.press("保存する", 422).error_of(label)


def test_rows_are_added_copied_and_deleted_without_losing_anything(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "明細あり").press("行を追加")
    sheet.fill("費目", "印刷").fill("単価", "100").press("コピー").press("行を追加")
    names = [label["for"] for label in sheet.form.select("label") if words(label).startswith("費目")]
    assert len(names) == 3
    assert sheet.soup.find(id=names[2]).has_attr("autofocus")
    sheet.values[names[2]] = "消耗品"
    sheet.press("削除").press("保存する", 303)
    cells = [words(cell) for cell in sheet.soup.select("main tbody td")]
    assert cells == ["印刷", "100", "200", "消耗品", "— なし", "0"]


def test_a_lookup_copies_at_once_and_says_what_it_copied(sign_in, joined):
    sheet = Sheet.visit(sign_in("admin"), f"/w/{joined}/k/2/new")
    sheet.fill("申請者名", "見本 花子").fill("制度コード", "S-02").press("取得")
    assert (sheet.output("制度名"), sheet.output("上限額"), sheet.value("申請者名")) == (
        "創業支援",
        "1000000",
        "見本 花子",
    )
    assert "「S-02」の内容を取得しました。" in words(sheet.soup)
    sheet.press("消す")
    assert (sheet.value("制度コード"), sheet.output("制度名")) == ("", "— なし")


def test_a_key_that_is_not_there_opens_the_picker_with_the_form_behind_it(sign_in, joined):
    sheet = (
        Sheet.visit(sign_in("admin"), f"/w/{joined}/k/2/new").fill("申請者名", "見本 花子").fill("制度コード", "創業")
    )
    sheet.press("取得")
    assert "「補助制度マスタ」から選ぶ" in words(sheet.soup)
    assert "S-02" in words(sheet.soup)
    assert "S-01" not in words(sheet.soup)
    sheet.press("選ぶ （S-02）")
    assert (sheet.output("制度名"), sheet.value("申請者名")) == ("創業支援", "見本 花子")
    assert "創業支援" in words(sheet.press("保存する", 303).soup)


def test_an_unknown_key_is_refused_beside_the_lookup(sign_in, joined):
    sheet = Sheet.visit(sign_in("admin"), f"/w/{joined}/k/2/new").fill("申請者名", "見本").fill("制度コード", "S-99")
    assert "「S-99」は参照先のアプリに見つかりません" in sheet.press("保存する", 422).error_of("制度コード")


def test_editing_keeps_what_was_copied_even_if_its_source_has_gone(sign_in, joined):
    browser = sign_in("admin")
    browser.send(f"/w/{joined}/k/3/delete?record=1")
    sheet = Sheet.visit(browser, f"/w/{joined}/k/2/edit?record=1").fill("申請者名", "見本 次郎")
    page = sheet.press("保存する", 303).soup
    assert "商店街活性化" in words(page)
    assert "見本 次郎" in words(page)


def test_people_are_chosen_from_a_list_that_can_be_searched(sign_in, workspace_id, app):
    with unit_of_work(app.sessions) as (session, _):
        for code, name in (("sato", "佐藤 一郎"), ("suzuki", "鈴木 二郎")):
            sites.add_user(session, workspace_id, code, name, None)
    sheet = Sheet.visit(sign_in("admin"), f"/w/{workspace_id}/k/1/new").fill("件名", "相談").press("ユーザーを選ぶ")
    sheet.fill("言葉で探す", "佐藤").press("検索")
    assert "鈴木" not in words(sheet.soup)
    sheet.fill("佐藤", "sato").press("この内容で決める")
    assert (sheet.value("担当者")[1:], sheet.value("件名")) == (["sato"], "相談")
    assert "佐藤 一郎" in words(sheet.press("保存する", 303).soup)


def test_a_file_is_taken_off_by_unticking_it(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "資料")
    sheet.attach("資料", ("一.txt", b"1"), ("二.txt", b"2")).press("保存する", 303)
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/edit?record=1")
    first, second = sheet.values.getlist(sheet.name_of("資料"))
    assert first != second
    page = sheet.fill("資料", second).press("保存する", 303).soup
    assert "一.txt" not in words(page)
    assert "二.txt" in words(page)


def test_a_form_sent_twice_makes_one_record(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "一度だけ")
    first = sheet.press("保存する", 303).address
    assert sheet.press("保存する", 303).address == first
    assert "全1件" in words(browser.read(f"/w/{workspace_id}/k/1/?view=すべて"))


def test_a_form_changed_and_sent_again_asks_first(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "一件目")
    sheet.press("保存する", 303)
    sheet.fill("件名", "二件目").press("保存する", 409)
    assert "前に一度保存されています" in words(sheet.soup)
    assert sheet.press("保存する", 303).address.startswith(f"/w/{workspace_id}/k/1/show?record=2")


def test_changes_of_two_people_to_different_items_are_both_kept(sign_in, workspace_id):
    browser = sign_in("admin")
    Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "最初").press("保存する", 303)
    address = f"/w/{workspace_id}/k/1/edit?record=1"
    ours, theirs = Sheet.visit(browser, address), Sheet.visit(browser, address)
    theirs.fill("内容", "別の人の話").press("保存する", 303)
    ours.fill("件名", "こちらの題").press("保存する", 409)
    assert "見本 花子さんが" in words(ours.soup)
    assert "同じ項目の変更はありません" in words(ours.soup)
    assert (ours.value("内容"), ours.value("件名")) == ("別の人の話", "こちらの題")
    shown = words(ours.press("保存する", 303).soup)
    assert "別の人の話" in shown
    assert "こちらの題" in shown


def test_changes_of_two_people_to_one_item_are_compared_before_one_overwrites(sign_in, workspace_id):
    browser = sign_in("admin")
    Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "最初").press("保存する", 303)
    address = f"/w/{workspace_id}/k/1/edit?record=1"
    ours, theirs = Sheet.visit(browser, address), Sheet.visit(browser, address)
    theirs.fill("件名", "別の題").press("保存する", 303)
    ours.fill("件名", "こちら").press("行を追加").fill("費目", "紙").press("保存する", 409)
    table = ours.soup.find("caption", string="ふたりとも変更した項目").parent
    assert [words(cell) for cell in table.select("tbody th, tbody td")] == ["件名", "こちら", "別の題"]
    assert "こちら" in words(ours.press("保存する", 303).soup)


def test_a_record_deleted_meanwhile_can_be_saved_as_a_new_one(sign_in, workspace_id):
    browser = sign_in("admin")
    Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "消える").press("保存する", 303)
    sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/edit?record=1").fill("件名", "残る")
    browser.send(f"/w/{workspace_id}/k/1/delete?record=1")
    sheet.press("保存する", 409)
    assert "削除されました" in words(sheet.soup)
    assert sheet.press("保存する", 303).address.startswith(f"/w/{workspace_id}/k/1/show?record=2")


def test_a_duplicate_begins_with_the_values_of_its_model(sign_in, joined):
    browser = sign_in("admin")
    link = browser.read(f"/w/{joined}/k/2/show?record=1").find("a", string="複製する")
    sheet = Sheet.visit(browser, link["href"])
    assert (sheet.value("申請者名"), sheet.output("制度名"), sheet.value("費目")) == (
        "見本 太郎",
        "商店街活性化",
        "印刷費",
    )
    sheet.fill("申請番号", "R-2").press("保存する", 303)
    assert sheet.address.startswith(f"/w/{joined}/k/2/show?record=2")


def test_an_action_of_an_app_begins_a_record_of_another(sign_in, joined):
    browser = sign_in("admin")
    page = browser.read(f"/w/{joined}/k/2/show?record=1")
    sheet = Sheet.visit(browser, page.find("a", string="実績報告を作る")["href"])
    assert sheet.value("申請番号").startswith("R")
    assert sheet.output("申請者") == "見本 太郎"


def test_a_related_record_is_added_with_its_key_filled_in(sign_in, joined):
    browser = sign_in("admin")
    page = browser.read(f"/w/{joined}/k/3/show?record=2")
    sheet = Sheet.visit(browser, page.find("a", string="「補助金申請」に追加")["href"])
    assert (sheet.value("制度コード"), sheet.output("制度名")) == ("S-02", "創業支援")


def test_what_the_server_computes_is_computed_while_the_form_is_filled_in(sign_in, workspace_id):
    browser = sign_in("admin")
    sheet = (
        Sheet.visit(browser, f"/w/{workspace_id}/k/1/new")
        .press("行を追加")
        .fill("金額", "１，５００")
        .fill("単価", "7")
    )
    answer = browser.post(f"/w/{workspace_id}/k/1/compute", data=sheet.values)
    text = answer.get_data(as_text=True)
    assert "3,000" in text
    assert ">14<" in text


def test_a_form_costs_the_same_number_of_statements_however_long_its_tables_are(sign_in, workspace_id, engine):
    browser = sign_in("admin")

    def count(rows: int) -> int:
        sheet = Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill("件名", "行")
        for _ in range(rows):
            sheet.press("行を追加")
        counted: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            counted.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        sheet.press("行を追加")
        event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    assert count(1) == count(8) <= 30


def test_a_file_that_is_too_large_is_refused_beside_its_control(sign_in, workspace_id, session):
    session.get_one(Site, workspace_id).limits = {"file_bytes": 10}
    session.commit()
    sheet = Sheet.visit(sign_in("admin"), f"/w/{workspace_id}/k/1/new").fill("件名", "大きい")
    sheet.attach("資料", ("大.txt", b"x" * 11)).press("保存する", 422)
    assert "ファイル" in sheet.error_of("資料")
    assert sheet.value("件名") == "大きい"
    assert "大きい" in words(sheet.press("保存する", 303).soup)
