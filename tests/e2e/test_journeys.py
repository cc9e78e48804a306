"""The ways of three people through the service, step by step; docs/journeys.md tells them with these pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import PICTURES, enter_password, open_browser
from tests.e2e.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TEMPLATE = "/templates/yokoten/subsidy-grant-management"
SLOW = 60_000
DRAWN = """() => Promise.all([...document.images]
    .filter(each => { const at = each.getBoundingClientRect(); return at.bottom > 0 && at.top < innerHeight; })
    .map(each => each.decode()))"""
"""Comes to an end when every image in view is there: those of apps are drawn when first asked for."""


class Album:
    """Numbered pictures of what somebody sees without scrolling."""

    def __init__(self, page: Page, who: str) -> None:
        self.page, self.who, self.count = page, who, 0
        PICTURES.mkdir(parents=True, exist_ok=True)

    def picture(self, name: str, words: str = "") -> None:
        """Take a picture, scrolled to a heading if words are given."""
        if words:
            self.page.get_by_text(words).first.scroll_into_view_if_needed()
        self.count += 1
        self.page.evaluate(DRAWN)
        self.page.screenshot(path=PICTURES / f"journey-{self.who}-{self.count}-{name}.png", scale="css")


def installed(page: Page) -> None:
    expect(page.get_by_text("導入が終わりました。")).to_be_visible(timeout=SLOW)


def test_an_officer_of_a_small_town_finds_tries_and_installs(service: Service):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, faults):
        album = Album(page, "officer")
        page.goto("/")
        album.picture("start")
        page.get_by_role("combobox").first.fill("ほじょきん")
        page.get_by_role("combobox").first.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("「ほじょきん」の検索結果")
        album.picture("found")
        page.get_by_role("link", name="補助金・助成金 申請管理").first.click()
        album.picture("template")
        page.goto(f"{TEMPLATE}/apps/subsidy-grant-management")
        album.picture("app")
        page.goto(TEMPLATE)
        page.get_by_role("button", name="試してみる").click()
        expect(page.get_by_text("アプリの用意ができました。")).to_be_visible(timeout=SLOW)
        page.get_by_role("link", name="「補助金・助成金申請管理」のレコードを開く").click()
        album.picture("tried")
        page.goto(f"{TEMPLATE}/proposal")
        album.picture("proposal")
        page.goto(f"{TEMPLATE}/install")
        album.picture("sign-in")
        enter_password(page, service.demo["people"][0])
        album.picture("choose")
        page.get_by_role("button", name="計画を確かめる").click()
        expect(page.get_by_role("heading", name=re.compile("計画"))).to_be_visible()
        album.picture("plan")
        page.get_by_role("button", name="導入を始める").click()
        installed(page)
        album.picture("installed")
        page.goto(page.url.partition("?")[0].partition("#")[0] + "/receipt")
        album.picture("receipt")
    assert [fault for fault in faults if "401" not in fault] == []


def test_an_author_of_a_core_city_publishes_the_apps_in_use(service: Service):
    done = service.wait_for_import(service.install("yokoten/subsidy-grant-management", sample_records=True))
    assert done["state"] == "succeeded", done
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, faults):
        album = Album(page, "author")
        page.goto("/sign-in")
        enter_password(page, service.demo["people"][0])
        page.goto(f"/workspaces/{service.demo['workspace']['id']}")
        album.picture("workspace")
        page.get_by_role("link", name="アプリをテンプレートにする").click()
        page.get_by_label(re.compile("補助金・助成金申請管理")).first.check()
        album.picture("choose")
        page.get_by_role("button", name="選んだアプリを調べる").click()
        expect(page.get_by_text("アプリを調べました。")).to_be_visible(timeout=SLOW)
        album.picture("survey")
        page.get_by_role("link", name="テンプレートの説明に進む").click()
        page.get_by_label(re.compile("^識別名")).fill("grants-of-the-city")
        page.get_by_label(re.compile("^名前 ")).fill("補助金の受付")
        page.get_by_label(re.compile("^概要 ")).fill("補助金の申請を受け付け、交付まで進めます。")
        page.get_by_label(re.compile("^分野")).select_option("sangyo")
        album.picture("texts")
        page.get_by_role("button", name="下書きを作る").click()
        expect(page.get_by_text("下書きができました")).to_be_visible(timeout=SLOW)
        album.picture("report")
        page.get_by_role("link", name="下書きを開く").click()
        album.picture("draft")
        page.get_by_role("button", name="公開する").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("補助金の受付")
        album.picture("released")
    assert faults == []


def test_what_a_script_installs_is_seen_by_people(service: Service):
    done = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert done["state"] == "succeeded", done
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, faults):
        album = Album(page, "script")
        page.goto("/docs/api")
        album.picture("api")
        page.goto(f"/imports/{done['id']}")
        enter_password(page, service.demo["people"][0])
        installed(page)
        album.picture("import")
    assert [fault for fault in faults if "401" not in fault] == []
    assert len(list(Path(PICTURES).glob("journey-script-*.png"))) >= album.count
