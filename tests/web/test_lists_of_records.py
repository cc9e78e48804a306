"""The lists of an app: columns, order, pages, filter, search."""

from __future__ import annotations

import io
import re
from urllib.parse import urlencode

import pytest

from marketplace.sandbox.models import Part
from tests.sandbox_records.test_cost import counting
from tests.web.conftest import words
from tests.web.installed_app import view


def titles(page):
    return [cell.get_text().partition("（レコード")[0] for cell in page.select("tbody th[scope=row] a")]


def cells(page, row=0):
    return [
        " ".join(cell.get_text(" ", strip=True).split()) for cell in page.select("tbody tr")[row].select("th, td")[1:]
    ]


def address(base, **parameters):
    return f"{base}?{urlencode(parameters, doseq=True)}"


def test_the_title_leads_to_the_record_and_its_name_says_which(sign_in, installed_app):
    number = installed_app.add(件名="道路の補修")
    page = sign_in("reader").read(installed_app.base)
    link = page.select_one("tbody th[scope=row] a")
    assert link["href"] == f"{installed_app.base}show?record={number}"
    assert link.get_text() == "道路の補修（レコード1番）"


def test_a_record_without_a_title_is_opened_from_the_column_in_front(sign_in, installed_app):
    installed_app.set_parts(views={"短い": view("件名", "金額")})
    number = installed_app.add(金額="5")
    page = sign_in("reader").read(installed_app.base)
    link = page.select_one("tbody th[scope=row] a")
    assert link.get_text() == "開く（レコード1番）"
    assert link["href"] == f"{installed_app.base}show?record={number}"
    assert cells(page) == ["", "5円"]


def test_the_link_in_front_is_not_told_twice_where_the_title_leads_to_the_record(sign_in, installed_app):
    installed_app.add(件名="道路の補修")
    front, title = sign_in("reader").read(installed_app.base).select("tbody tr a")
    assert (front.get_text(), front["aria-hidden"], front["tabindex"]) == ("開く", "true", "-1")
    assert front["href"] == title["href"]


def test_every_kind_of_value_is_shown_as_people_read_it(sign_in, installed_app):
    columns = ["件名", "金額", "対象", "受付日", "来庁日時", "担当", "参考", "明細"]
    installed_app.set_parts(views={"全部": view(*columns)})
    rows = [{"value": {"品名": {"value": f"品{n}"}, "数量": {"value": n}}} for n in range(1, 6)]
    installed_app.add(
        件名="あ" * 100, 金額="1234567", 対象=["東", "西"], 受付日="2026-11-23", 来庁日時="2026-11-23T00:30:00Z",
        担当=[{"code": "Administrator"}], 参考="https://example.jp/", 明細=rows,
    )  # fmt: skip
    page = sign_in("reader").read(installed_app.base)
    shown = cells(page)
    assert shown[0].startswith("あ" * 80 + "…")
    assert shown[1:6] == ["1,234,567円", "東、西", "2026年11月23日", "2026年11月23日 09:30", "Administrator"]
    assert shown[7] == "品1 / 1 品2 / 2 品3 / 3 ほか2行"
    assert page.select_one("td.number").get_text() == "1,234,567円"
    assert page.find("a", href="https://example.jp/")


def test_a_file_is_a_link_that_saves_it(sign_in, installed_app, app):
    upload = {"file": (io.BytesIO(b"<script>"), "申請書.html", "application/octet-stream")}
    sent = installed_app.kintone.send("POST", "file", data=upload, content_type="multipart/form-data")
    installed_app.set_parts(views={"全部": view("件名", "資料")})
    installed_app.add(件名="甲", 資料=[{"fileKey": sent.json["fileKey"]}])
    browser = sign_in("reader")
    link = browser.read(installed_app.base).select_one("td a[download]")
    assert link.get_text() == "申請書.html"
    assert link["href"].startswith(f"{installed_app.base}file?record=1&key=")


def test_the_status_is_a_badge_and_own_tasks_have_a_list(sign_in, installed_app):
    installed_app.with_process().add(件名="甲")
    browser = sign_in("reader")
    page = browser.read(installed_app.base)
    assert page.select_one("td .chip").get_text() == "受付"
    assert "（作業者が自分）" in [link.get_text() for link in page.select(".tabs a")]
    assert "0件" in words(browser.read(address(installed_app.base, view="（作業者が自分）")))


def test_without_a_process_nobody_has_tasks(sign_in, installed_app):
    assert "作業者が自分" not in words(sign_in("reader").read(installed_app.base))


def test_many_lists_stand_in_a_menu(sign_in, installed_app):
    installed_app.set_parts(views={f"一覧{n}": view("件名", index=str(n)) for n in range(6)})
    page = sign_in("reader").read(installed_app.base)
    assert page.select_one(".list-menu summary strong").get_text() == "一覧0"
    assert [link.get_text() for link in page.select(".list-menu a")][-1] == "すべて"


def test_a_heading_sorts_and_turns_the_order_round(sign_in, installed_app):
    installed_app.set_parts(views={"全部": view("件名", "金額")})
    installed_app.add_many({"件名": "乙", "金額": "20"}, {"件名": "甲", "金額": "100"}, {"件名": "丙", "金額": "3"})
    browser = sign_in("reader")
    page = browser.read(browser.read(installed_app.base).select("thead a")[1]["href"])
    assert titles(page) == ["丙", "乙", "甲"]
    assert page.select("thead th")[2]["aria-sort"] == "ascending"
    page = browser.read(page.select("thead a")[1]["href"])
    assert titles(page) == ["甲", "乙", "丙"]
    assert page.select("thead th")[2]["aria-sort"] == "descending"


def test_the_order_of_the_list_itself_is_told(sign_in, installed_app):
    installed_app.set_parts(views={"全部": view("件名", "受付日", sort="受付日 desc, 件名 asc")})
    installed_app.add(件名="甲", 受付日="2026-11-23")
    page = sign_in("reader").read(installed_app.base)
    assert [heading.get("aria-sort") for heading in page.select("thead th")[1:]] == [None, "descending"]


@pytest.mark.parametrize("size", [20, 100])
def test_a_page_has_as_many_records_as_one_wishes(sign_in, installed_app, size):
    installed_app.add_many(*({"件名": f"件{n}"} for n in range(100)))
    page = sign_in("reader").read(address(installed_app.base, size=size))
    assert len(titles(page)) == size


def test_pages_lead_on_and_back(sign_in, installed_app):
    installed_app.add_many(*({"件名": f"件{n:02}"} for n in range(45)))
    browser = sign_in("reader")
    page = browser.read(address(installed_app.base, size=20))
    second = browser.read(page.find("a", rel="next")["href"])
    third = browser.read(second.find("a", rel="next")["href"])
    assert third.find("a", rel="next") is None
    assert len(titles(page) + titles(second) + titles(third)) == 45
    assert "全45件のうち21〜40件目" in words(second)
    assert titles(browser.read(third.find("a", rel="prev")["href"])) == titles(second)


FILTERS = [
    ("件名", "contains", ["補修"], ["道路の補修"]),
    ("件名", "lacks", ["補修"], ["街灯の設置", "（無題）"]),
    ("件名", "is", ["街灯の設置"], ["街灯の設置"]),
    ("番号", "empty", [], ["（無題）"]),
    ("番号", "filled", [], ["道路の補修", "街灯の設置"]),
    ("説明", "contains", ["ＬＥＤ"], ["街灯の設置"]),
    ("金額", "ge", ["1,000"], ["道路の補修"]),
    ("金額", "lt", ["１０００"], ["街灯の設置"]),
    ("金額", "not", ["500"], ["道路の補修", "（無題）"]),
    ("地区", "in", ["東"], ["道路の補修"]),
    ("地区", "in", ["", "西"], ["街灯の設置", "（無題）"]),
    ("対象", "out", ["西"], ["道路の補修", "（無題）"]),
    ("受付日", "is", ["2026-11-23"], ["道路の補修"]),
    ("受付日", "today", [], ["道路の補修"]),
    ("受付日", "last-month", [], ["街灯の設置"]),
    ("受付日", "empty", [], ["（無題）"]),
    ("来庁日時", "is", ["2026-11-23"], ["道路の補修"]),
    ("来庁日時", "le", ["2026-11-22"], ["街灯の設置"]),
    ("担当", "in", ["@me"], []),
    ("担当", "out", ["Administrator"], ["街灯の設置", "（無題）"]),
    ("品名", "contains", ["砂利"], ["道路の補修"]),
    ("数量", "ge", ["3"], ["道路の補修"]),
    ("作成日時", "today", [], ["道路の補修", "街灯の設置", "（無題）"]),
]


@pytest.fixture
def three(installed_app):
    """An app with three records."""
    installed_app.add(
        件名="道路の補修", 番号="a", 金額="1500", 地区="東", 対象=["東"], 受付日="2026-11-23",
        来庁日時="2026-11-22T15:00:00Z", 担当=[{"code": "Administrator"}],
        明細=[{"value": {"品名": {"value": "砂利"}, "数量": {"value": "3"}}}],
    )  # fmt: skip
    installed_app.add(
        件名="街灯の設置", 番号="b", 説明="LEDにする", 金額="500", 地区="西", 対象=["東", "西"], 受付日="2026-10-31",
        来庁日時="2026-11-22T14:59:00Z",
    )  # fmt: skip
    installed_app.add(件名="（無題）")
    installed_app.set_parts(views={"全部": view("件名")})
    return installed_app


@pytest.mark.parametrize(("code", "operator", "values", "expected"), FILTERS)
def test_a_filter_finds(sign_in, three, code, operator, values, expected):
    page = sign_in("reader").read(address(three.base, f1=code, o1=operator, v1=values))
    assert titles(page) == expected


@pytest.mark.parametrize(("join", "expected"), [("any", ["道路の補修", "街灯の設置"]), ("", [])])
def test_conditions_are_joined_by_all_or_any(sign_in, three, join, expected):
    where = {"f1": "地区", "o1": "in", "v1": "東", "f2": "番号", "o2": "is", "v2": "b", "join": join}
    assert titles(sign_in("reader").read(address(three.base, **where))) == expected


def test_a_filter_is_built_step_by_step_and_taken_away_again(sign_in, three):
    browser = sign_in("reader")
    page = browser.read(address(three.base, add="地区"))
    form = page.select_one(".filter-add form")
    kept = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    assert [option["value"] for option in form.select("option")] == ["in", "out", "empty", "filled"]
    assert [box["value"] for box in form.select("input[type=checkbox]")] == ["東", "西", ""]
    page = browser.read(address(form["action"], **kept, o1="in", v1="西"))
    assert titles(page) == ["街灯の設置"]
    assert page.select_one(".filter-chips .chip").get_text(" ", strip=True).startswith("地区：西")
    assert len(titles(browser.read(page.select_one(".chip-remove")["href"]))) == 3


@pytest.mark.parametrize(
    ("code", "operator", "value", "reason"),
    [
        ("金額", "ge", "たくさん", "数字を入れてください。"),
        ("受付日", "ge", "あした", "日付を入れてください。"),
        ("地区", "in", "南", "選択肢にないものが含まれています。"),
        ("件名", "contains", "", "比べる値を入れてください。"),
        ("消えた項目", "is", "x", "このアプリに、この項目はもうありません。"),
        ("件名", "ge", "x", "この比べ方は、この項目では使えません。"),
    ],
)
def test_a_condition_that_makes_no_sense_is_explained(sign_in, three, code, operator, value, reason):
    page = sign_in("reader").read(address(three.base, f1=code, o1=operator, v1=value), 422)
    assert reason in words(page)
    assert page.select_one("tbody tr") is None
    assert page.select_one(".chip-remove")


@pytest.mark.parametrize("value", ['" or $id > 0 or 件名 = "', "\\", '"', "%", "_", "\\n"])
def test_what_is_typed_never_becomes_part_of_the_query(sign_in, three, value):
    page = sign_in("reader").read(address(three.base, f1="件名", o1="contains", v1=value))
    assert titles(page) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("led", ["街灯の設置"]),
        ("砂利", ["道路の補修"]),
        ("道路　補修", ["道路の補修"]),
        ("道路 街灯", []),
        ("ない言葉", []),
        ("%", []),
    ],
)
def test_the_quick_search_looks_into_every_text(sign_in, three, text, expected):
    assert titles(sign_in("reader").read(address(three.base, q=text))) == expected


def test_a_search_without_result_offers_the_whole_list(sign_in, three):
    browser = sign_in("reader")
    page = browser.read(address(three.base, q="ない言葉"))
    assert "条件に合うレコードはありません。" in words(page)
    assert len(titles(browser.read(page.select_one(".empty a")["href"]))) == 3


def test_a_search_without_result_in_a_list_offers_the_same_search_over_all_records(sign_in, three):
    three.set_parts(views={"東だけ": view("件名", filterCond='地区 in ("東")')})
    browser = sign_in("reader")
    page = browser.read(address(three.base, q="街灯"))
    assert "この一覧には、条件に合うレコードはありません。" in words(page)
    link = page.find("a", string="同じ条件ですべてのレコードから探す")
    assert titles(browser.read(link["href"])) == ["街灯の設置"]


def test_no_wider_search_is_offered_where_the_app_has_taken_the_name_of_all_records(sign_in, three):
    three.set_parts(views={"すべて": view("件名", filterCond='地区 in ("東")')})
    page = sign_in("reader").read(address(three.base, q="街灯"))
    assert [link.get_text() for link in page.select(".empty a")] == ["絞り込みをすべて外す"]


def test_an_app_without_records_offers_to_add_one(sign_in, installed_app):
    page = sign_in("reader").read(installed_app.base)
    assert page.select_one(".empty a")["href"] == f"{installed_app.base}new"


def test_a_list_whose_settings_no_longer_fit_explains_itself(sign_in, installed_app, session):
    installed_app.set_parts(views={"東だけ": view("件名", filterCond='地区 in ("東")')})
    installed_app.rewrite(session, Part.VIEWS, '\\"東\\"', '\\"南\\"')
    page = sign_in("reader").read(installed_app.base)
    assert "一覧を表示できません" in words(page)
    assert "「南」は存在しません" in words(page)


@pytest.mark.parametrize("count", [1, 100])
def test_a_list_costs_a_constant_number_of_statements(sign_in, installed_app, session, count):
    installed_app.add_many(*({"件名": f"件{n}", "担当": [{"code": "Administrator"}]} for n in range(count)))
    browser = sign_in("reader")
    with counting(session) as statements:
        browser.read(address(installed_app.base, size=100, q="件", f1="担当", o1="in", v1="@me", add="担当"))
    reading = [each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(reading) <= 22, reading


def test_a_custom_list_shows_its_words_and_runs_nothing(sign_in, installed_app):
    html = '<h3>案内</h3><p onclick="x()">ようこそ</p><script>alert(1)</script><img src="https://evil.example/x.png">'
    custom = {"type": "CUSTOM", "index": "0", "html": html, "filterCond": "", "sort": "$id asc"}
    installed_app.set_parts(views={"特別": custom})
    page = sign_in("reader").read(installed_app.base)
    shown = page.select_one(".custom-view .prose")
    assert shown.get_text(strip=True) == "案内ようこそ"
    assert "JavaScriptは、ここでは動きません" in words(page)


def test_words_of_records_are_shown_as_words(sign_in, installed_app):
    installed_app.add(件名="<script>alert(1)</script>")
    page = sign_in("reader").read(installed_app.base)
    assert titles(page) == ["<script>alert(1)</script>"]


def test_a_record_is_named_by_its_first_text_not_by_a_year_or_a_choice(sign_in, installed_app):
    installed_app.set_parts(views={"年度順": view("金額", "地区", "件名")})
    installed_app.add(件名="空き家の相談", 地区="東", 金額="2026")
    row = sign_in("reader").read(installed_app.base).select_one("tbody tr")
    assert row.select_one("th a").get_text().startswith("空き家の相談")


def test_only_those_who_manage_find_the_settings_from_the_list(sign_in, installed_app):
    address_of_settings = f"{installed_app.base}settings"
    assert sign_in("admin").read(installed_app.base).find("a", href=address_of_settings)
    assert sign_in("reader").read(installed_app.base).find("a", href=address_of_settings) is None


def test_a_printed_list_says_which_one_it_is_and_of_which_day(sign_in, installed_app):
    page = sign_in("reader").read(installed_app.base)
    assert re.fullmatch(r"すべて（\d{4}年\d+月\d+日（令和\d+年）現在）", page.select_one(".printed-name").get_text())
