"""Find a template and look at all of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.walks.place import TEMPLATE

SECTIONS = ["about", "apps", "personal-data", "versions", "reviews", "stories", "users"]


@pytest.mark.main
def test_a_template_is_found_and_looked_at_whole(walker):
    walker.goto("/")
    walker.look("start")
    search = walker.page.get_by_role("combobox").first
    search.fill("補助金")
    search.press("Enter")
    walker.headed("「補助金」の検索結果", "Results for “補助金”")
    walker.look("search")
    walker.page.locator(f"main a[href='{TEMPLATE}']").first.click()
    walker.headed("補助金・助成金 申請管理", "Subsidy")
    for section in SECTIONS:
        expect(walker.page.locator(f"section#{section}")).to_be_visible()
    walker.look("template")
    walker.page.locator(f"main a[href='{TEMPLATE}/apps/subsidy-grant-management']").first.click()
    walker.headed("補助金", "")
    expect(walker.page.locator("main svg").first).to_be_visible()
    walker.look("app")


def test_two_versions_are_compared_and_a_sheet_for_the_decision_is_made(walker):
    walker.goto(TEMPLATE)
    walker.follow("版を選んで比べる", "Choose two versions to compare")
    walker.press("比べる", "Compare")
    walker.sees("影響", "Impact")
    walker.look("compare")
    walker.goto(TEMPLATE)
    walker.follow("起案用の1枚", "One sheet for your decision")
    walker.headed("導入の検討資料", "For your decision")
    walker.look("proposal")


def test_filters_follow_at_once_and_stand_in_the_address(walker):
    walker.goto("/templates?q=申請")
    walker.page.evaluate("window.stays = true")
    if walker.view.size == "phone":
        walker.page.locator("#facets-all > summary").click()
    box = walker.page.locator("#facets input[type=checkbox][name=department]").nth(1)
    value = box.get_attribute("value")
    before = walker.page.locator("#found").inner_text()
    box.check()
    expect(walker.page).to_have_url(re.compile(r"q=[^&]+&department=[^&]+$"))
    expect(walker.page.locator("#found")).not_to_have_text(before)
    found = walker.page.locator("#found").inner_text()
    assert walker.page.evaluate("window.stays"), "the page was not loaded anew"
    walker.look("filters", grows=True)  # the results were exchanged
    walker.goto(f"/templates?q=申請&department={value}")
    expect(walker.page.locator("#found")).to_have_text(found)
    expect(walker.page.locator("a.chip")).to_have_count(1)


def test_what_nobody_published_leads_to_the_wanted_list(walker):
    walker.goto("/templates?q=そのような言葉はありません")
    walker.sees("条件に合うテンプレートは見つかりませんでした。", "No template matches.")
    walker.look("no-results")
    walker.goto("/municipalities?q=みほん")
    walker.look("municipalities")
    walker.main.locator("a[href='/municipalities/992011']").first.click()
    walker.page.wait_for_url("**/municipalities/992011")
    walker.look("municipality")
