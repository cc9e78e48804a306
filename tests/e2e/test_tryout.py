"""A visitor without an account tries a template out in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import open_browser, take_picture
from tests.e2e.test_accessibility import violations

TEMPLATE = "/templates/yokoten/subsidy-grant-management"
SLOW = 60_000


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_visitor_tries_a_template_without_an_account(service):
    address = f"http://localhost:{service.port}"
    with open_browser("phone", address) as (page, faults):
        start(page)
        use(page)
        place = page.url
        assert violations(page, place) == []
        assert violations(page, place.partition("/k/")[0] + "/tryout") == []
        assert faults == []
    with open_browser("desktop", address) as (stranger, faults):
        answer = stranger.goto(place)
        assert answer is not None
        assert answer.status == 404
        assert len(faults) == 1


def start(page: Page) -> None:
    page.goto(TEMPLATE)
    take_picture(page, "tryout-template-phone")
    page.get_by_role("button", name="試してみる").click()
    expect(page).to_have_url(re.compile(r"/w/[a-z2-7]{16}/tryout$"))
    take_picture(page, "tryout-waiting-phone")
    expect(page.get_by_text("アプリの用意ができました。")).to_be_visible(timeout=SLOW)
    take_picture(page, "tryout-ready-phone")


def use(page: Page) -> None:
    page.get_by_role("link", name="「補助金・助成金申請管理」のレコードを開く").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("補助金・助成金申請管理")
    expect(page.get_by_role("complementary", name="お試しについて")).to_contain_text("自動的に削除されます")
    expect(page.get_by_text("見本-001")).to_be_visible()
    take_picture(page, "tryout-records-phone")
    page.get_by_role("link", name=re.compile("レコード1番")).first.click()
    expect(page.get_by_text("創業支援補助金").first).to_be_visible()
    expect(page.get_by_role("complementary", name="お試しについて")).to_be_visible()
    take_picture(page, "tryout-record-phone")
