"""An author makes a template of the apps of the workspace in Chromium: choose, look, write, release."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import open_browser, sign_in, take_picture
from tests.e2e.test_accessibility import problems

SLOW = 60_000


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_author_makes_a_template_of_apps(service):
    progress = service.wait_for_import(service.install("yokoten/subsidy-grant-management", sample_records=True))
    assert progress["state"] == "succeeded", progress
    with open_browser("phone", f"http://localhost:{service.port}") as (page, faults):
        sign_in(page, service.demo["people"][0])
        page.goto(f"/workspaces/{service.demo['workspace']['id']}")
        page.get_by_role("link", name="アプリをテンプレートにする").click()
        choose(page)
        broken = {"survey": problems(page)}
        page.get_by_role("link", name="テンプレートの説明に進む").click()
        take_picture(page, "export-texts-phone")
        broken["texts"] = problems(page)
        write(page)
        take_picture(page, "export-report-phone")
        broken["report"] = problems(page)
        page.get_by_role("link", name="下書きを開く").click()
        page.get_by_role("button", name="公開する").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("補助金の受付")
    assert {place: rules for place, rules in broken.items() if rules} == {}
    assert [fault for fault in faults if "422" not in fault] == []


def choose(page: Page) -> None:
    page.get_by_label("アプリの名前で探す").fill("申請管理")
    page.get_by_role("button", name="探す", exact=True).click()
    page.get_by_label(re.compile("補助金・助成金申請管理")).first.check()
    page.get_by_role("button", name="選んだアプリを調べる").click()
    expect(page.get_by_text("アプリを調べました。")).to_be_visible(timeout=SLOW)
    take_picture(page, "export-survey-phone")
    expect(page.get_by_role("main")).to_contain_text("交付先台帳")


def write(page: Page) -> None:
    page.get_by_label(re.compile("^識別名")).fill("Grants")
    page.get_by_label(re.compile("^名前 ")).fill("補助金の受付")
    page.get_by_label(re.compile("^概要 ")).fill("補助金の申請を受け付けます。")
    page.get_by_label(re.compile("^分野")).select_option("sangyo")
    page.get_by_role("button", name="下書きを作る").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label(re.compile("^識別名")).fill("grants-of-our-own")
    page.get_by_role("button", name="下書きを作る").click()
    expect(page.get_by_text("下書きができました")).to_be_visible(timeout=SLOW)
