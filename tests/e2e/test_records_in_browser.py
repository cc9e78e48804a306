"""An officer's day with the records of an app in Chromium: find, sort, look ahead, count, take out, put in."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import open_browser, sign_in, take_picture

SUBSIDIES = "yokoten/subsidy-grant-management"
APP = "補助金メニュー台帳"


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.fixture(scope="module")
def base(service) -> str:
    """The address of an installed app with sample records."""
    progress = service.wait_for_import(service.install(SUBSIDIES, sample_records=True))
    assert progress["state"] == "succeeded", progress
    return f"/w/{service.demo['workspace']['id']}/k/"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_an_officer_works_with_records(service, base, tmp_path, size):
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        sign_in(page, service.demo["people"][0])
        address = open_app(page, service, APP)
        filter_and_sort(page, size)
        look_at_calendar(page, address, size)
        look_at_graphs(page, address, size)
        lines = export(page, address)
        put_in(page, address, lines, tmp_path / "records.csv", size)
    assert faults == []


def open_app(page: Page, service, name: str) -> str:
    page.goto(f"/workspaces/{service.demo['workspace']['id']}")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url.partition("?")[0]


def filter_and_sort(page: Page, size: str) -> None:
    page.get_by_label("一覧の切り替え").locator("summary").click()
    page.get_by_label("一覧の切り替え").get_by_role("link", name="すべて", exact=True).click()
    before = count(page)
    page.get_by_text("条件で絞り込む").click()
    page.get_by_label("絞り込む項目").select_option(label="分野")
    page.get_by_role("button", name="次へ").click()
    page.locator(".filter-options input").first.check()
    take_picture(page, f"list-filter-{size}")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator(".filter-chips .chip")).to_have_count(1)
    assert 0 < count(page) < before
    page.get_by_role("columnheader").get_by_role("link").first.click()
    sorted_by = page.get_by_role("columnheader").filter(has=page.get_by_role("link")).first
    expect(sorted_by).to_have_attribute("aria-sort", "ascending")
    take_picture(page, f"list-sorted-{size}")
    page.get_by_role("link", name=re.compile("を外す")).click()
    assert count(page) == before


def count(page: Page) -> int:
    expect(page.get_by_role("status")).to_be_visible()
    return int(re.sub(r"\D", "", page.get_by_role("status").inner_text().partition("件")[0]))


def look_at_calendar(page: Page, address: str, size: str) -> None:
    page.goto(f"{address}?view=受付終了カレンダー")
    heading = page.locator("#calendar-heading")
    expect(heading).to_contain_text("令和")
    first = heading.inner_text()
    page.get_by_role("link", name="次の月").click()
    expect(heading).not_to_have_text(first)
    take_picture(page, f"calendar-{size}")


def look_at_graphs(page: Page, address: str, size: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="グラフ", exact=True).click()
    expect(page.get_by_role("img").first).to_be_visible()
    page.get_by_text("集計表を見る").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    take_picture(page, f"graphs-{size}")


def export(page: Page, address: str) -> list[list[str]]:
    page.goto(address)
    page.get_by_role("link", name="CSVに書き出す").click()
    page.get_by_label("一覧に表示している項目").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="書き出す").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) > 1
    return lines


def put_in(page: Page, address: str, lines: list[list[str]], file, size: str) -> None:
    """Send back what was taken out, by its key: everything is updated, nothing added."""
    content = io.StringIO(newline="")
    csv.writer(content).writerows(lines)
    file.write_bytes(content.getvalue().encode("cp932"))
    page.goto(f"{address}import")
    page.get_by_label("CSVファイル").set_input_files(file)
    page.get_by_role("button", name="次へ").click()
    expect(page.get_by_role("main")).to_contain_text("Shift_JIS")
    take_picture(page, f"import-columns-{size}")
    page.get_by_role("button", name="取り込む内容を確かめる").click()
    expect(page.get_by_role("main")).to_contain_text(f"追加0件、更新{len(lines) - 1}件の予定です")
    take_picture(page, f"import-check-{size}")
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("取り込みました")
