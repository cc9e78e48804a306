"""The page of an app's graphs: charts, tables of the same figures, and what can't be shown."""

from __future__ import annotations

import pytest

from marketplace.sandbox.models import Part
from tests.sandbox_records.test_cost import counting
from tests.web.conftest import words
from tests.web.test_lists_of_records import address

COUNT = [{"type": "COUNT"}]


def report(kind, *groups, **settings):
    """Return the settings of a graph."""
    levels = [{"code": each} if isinstance(each, str) else {"code": each[0], "per": each[1]} for each in groups]
    mode = {"chartMode": "NORMAL"} if kind in {"BAR", "COLUMN", "AREA", "SPLINE_AREA"} else {}
    made = {"chartType": kind, "index": "0", "groups": levels, "aggregations": COUNT, "filterCond": "", "sorts": []}
    return {**made, **mode, **settings}


def rows(page, number=0):
    table = page.select(".report table")[number]
    return [[cell.get_text(strip=True) for cell in line.select("th, td")] for line in table.select("tr")]


@pytest.fixture
def filled(installed_app):
    """An app with six records."""
    installed_app.add_many(
        {"件名": "一", "地区": "東", "金額": "1000", "受付日": "2026-04-01"},
        {"件名": "二", "地区": "東", "金額": "500.5", "受付日": "2026-04-30"},
        {"件名": "三", "地区": "西", "金額": "", "受付日": "2026-06-30"},
        {"件名": "四", "受付日": "2026-03-31", "金額": "1"},
    )
    return installed_app


KINDS = ["BAR", "COLUMN", "LINE", "AREA", "SPLINE", "SPLINE_AREA", "PIE"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_graph_is_drawn_beside_its_figures(sign_in, filled, kind):
    filled.set_parts(reports={"件数": report(kind, "地区")})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert page.select_one("svg.chart title").get_text() == "件数"
    assert rows(page) == [["地区", "レコード数"], ["（未入力）", "1"], ["東", "2"], ["西", "1"], ["合計", "4"]]


def test_figures_have_their_units(sign_in, filled):
    aggregations = [{"type": "SUM", "code": "金額"}, {"type": "AVERAGE", "code": "金額"}]
    filled.set_parts(reports={"金額": report("TABLE", "地区", aggregations=aggregations)})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert rows(page)[2:] == [
        ["東", "1,500.5円", "750.2円"],
        ["西", "0円", "―"],
        ["合計", "1,501.5円", "500.5円"],
    ]
    assert page.select_one("svg.chart") is None


@pytest.mark.parametrize(
    ("amounts", "scale", "average"),
    [
        (("19", "19", "20"), "", "19.3円"),
        (("19", "19", "20"), "0", "19.3円"),
        (("19", "19", "20"), "2", "19.33円"),
        (("1.25", "1", "1"), "", "1.08円"),
        (("1", "3"), "", "2円"),
    ],
)
def test_an_average_has_as_many_decimals_as_its_field_shows_or_one(sign_in, installed_app, amounts, scale, average):
    changed = {"金額": {"type": "NUMBER", "displayScale": scale}}
    installed_app.kintone.put("preview/app/form/fields", app=installed_app.id, properties=changed)
    installed_app.add_many(*({"件名": "一", "地区": "東", "金額": each} for each in amounts))
    aggregations = [{"type": "AVERAGE", "code": "金額"}]
    installed_app.set_parts(reports={"平均": report("COLUMN", "地区", aggregations=aggregations)})
    page = sign_in("reader").read(f"{installed_app.base}reports")
    assert rows(page)[1:] == [["東", average], ["合計", average]]
    assert page.select_one("svg.chart .value").get_text() == average


def test_numbers_that_groups_are_made_by_have_their_units(sign_in, filled):
    filled.set_parts(reports={"金額ごと": report("COLUMN", "金額")})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert [line[0] for line in rows(page)[1:]] == ["（未入力）", "1円", "500.5円", "1000円", "合計"]


def test_a_cross_table_has_totals_both_ways(sign_in, filled):
    filled.set_parts(reports={"月と地区": report("PIVOT_TABLE", ("受付日", "MONTH"), "地区")})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert rows(page) == [
        ["受付日", "（未入力）", "東", "西", "合計"],
        ["2026年3月", "1", "―", "―", "1"],
        ["2026年4月", "―", "2", "―", "2"],
        ["2026年6月", "―", "―", "1", "1"],
        ["合計", "1", "2", "1", "4"],
    ]


@pytest.mark.parametrize(
    ("per", "first_month", "names"),
    [
        ("YEAR", "4", ["2025年度", "2026年度"]),
        ("YEAR", "1", ["2026年"]),
        ("QUARTER", "4", ["2026年1〜3月", "2026年4〜6月"]),
        ("WEEK", "4", ["2026年3月29日の週", "2026年4月26日の週", "2026年6月28日の週"]),
        ("DAY", "4", ["2026年3月31日", "2026年4月1日", "2026年4月30日", "2026年6月30日"]),
    ],
)
def test_periods_follow_the_fiscal_year(sign_in, filled, per, first_month, names):
    filled.kintone.put("preview/app/settings", app=filled.id, firstMonthOfFiscalYear=first_month)
    filled.set_parts(reports={"期間": report("TABLE", ("受付日", per))})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert [row[0] for row in rows(page)[1:-1]] == names


def test_the_axis_says_that_a_year_is_a_fiscal_one(sign_in, filled):
    filled.kintone.put("preview/app/settings", app=filled.id, firstMonthOfFiscalYear="4")
    filled.set_parts(reports={"年別": report("COLUMN", ("受付日", "YEAR"))})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert {"2025年度", "2026年度"} <= {each.get_text() for each in page.select("svg.chart text")}


def test_a_line_does_not_leap_over_months_without_records(sign_in, filled):
    filled.set_parts(reports={"月別": report("LINE", ("受付日", "MONTH"))})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert len(page.select("svg.chart .marker")) == 4  # March to June


def test_a_graph_has_a_page_of_its_own(sign_in, filled):
    filled.set_parts(reports={"甲": report("BAR", "地区"), "乙": report("PIE", "地区", index="1")})
    browser = sign_in("reader")
    page = browser.read(f"{filled.base}reports")
    link = page.select(".report h2 a")[1]
    single = browser.read(link["href"])
    assert single.find("h1").get_text() == link.get_text()
    assert len(single.select("svg.chart")) == 1


def test_many_graphs_are_spread_over_pages(sign_in, filled):
    filled.set_parts(reports={f"グラフ{n}": report("BAR", "地区", index=str(n)) for n in range(10)})
    browser = sign_in("reader")
    page = browser.read(f"{filled.base}reports")
    assert len(page.select("svg.chart")) == 8
    assert len(browser.read(page.find("a", rel="next")["href"]).select("svg.chart")) == 2


def test_a_graph_that_no_longer_fits_leaves_the_others_alone(sign_in, filled, session):
    broken = report("BAR", "地区", filterCond='地区 in ("東")')
    filled.set_parts(reports={"壊れる": broken, "残る": report("BAR", "地区", index="1")})
    filled.rewrite(session, Part.REPORTS, '\\"東\\"', '\\"南\\"')
    page = sign_in("reader").read(f"{filled.base}reports")
    assert "集計できません" in words(page)
    assert len(page.select("svg.chart")) == 1


def test_negative_shares_are_explained(sign_in, filled):
    filled.add(件名="五", 地区="西", 金額="-5")
    aggregations = [{"type": "SUM", "code": "金額"}]
    filled.set_parts(reports={"割合": report("PIE", "地区", aggregations=aggregations)})
    page = sign_in("reader").read(f"{filled.base}reports")
    assert "円グラフにできません" in words(page)


def test_an_app_without_records_draws_nothing(sign_in, installed_app):
    installed_app.set_parts(reports={"件数": report("BAR", "地区")})
    page = sign_in("reader").read(f"{installed_app.base}reports")
    assert "集計するレコードがありません。" in words(page)


def test_an_app_without_graphs_says_so_and_its_list_has_no_link(sign_in, installed_app):
    browser = sign_in("reader")
    assert "グラフはありません" in words(browser.read(f"{installed_app.base}reports"))
    assert browser.read(installed_app.base).find("a", href=f"{installed_app.base}reports") is None


@pytest.mark.parametrize("query", ["report=999", "report=%00", "report="])
def test_a_graph_that_is_not_there_is_not_found(sign_in, filled, query):
    assert sign_in("reader").get(f"{filled.base}reports?{query}").status_code == 404


@pytest.mark.parametrize("start", ["x", "-1", "99999999", "８"])
def test_an_address_of_graphs_that_makes_no_sense_shows_the_first(sign_in, filled, start):
    filled.set_parts(reports={"件数": report("BAR", "地区")})
    assert sign_in("reader").read(address(f"{filled.base}reports", **{"from": start})).select_one("svg.chart")


def test_many_groups_are_cut_with_a_note(sign_in, installed_app):
    installed_app.add_many(*({"件名": f"件{n:03}"} for n in range(100)))
    installed_app.set_parts(reports={"件名": report("BAR", "件名"), "円": report("PIE", "件名", index="1")})
    page = sign_in("reader").read(f"{installed_app.base}reports")
    assert "先頭の30件だけを描いています" in words(page)
    assert page.select(".chart-legend li")[-1].get_text(strip=True) == "その他 93.0%"


@pytest.mark.parametrize("count", [1, 100])
def test_a_page_of_graphs_costs_statements_by_graphs_only(sign_in, installed_app, session, count):
    installed_app.add_many(*({"件名": f"件{n}", "担当": [{"code": "Administrator"}]} for n in range(count)))
    installed_app.set_parts(reports={f"グラフ{n}": report("BAR", "担当", index=str(n)) for n in range(3)})
    browser = sign_in("reader")
    with counting(session) as statements:
        browser.read(f"{installed_app.base}reports")
    reading = [each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(reading) <= 21 + 3 * 2, reading
