"""The way from the search to an app in use, with nothing but a keyboard, and always seeing where one is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import open_browser

MOST_STOPS = 120
"""Presses of Tab that nobody would go beyond."""
FOCUSED = """() => {
  const it = document.activeElement;
  const marked = [it, it.closest('.card')].filter(Boolean).map((each) => getComputedStyle(each));
  return {
    words: it.getAttribute('aria-label') || [...(it.labels || [])].map((each) => each.innerText).join() || it.innerText,
    isShown: marked.some((style) => style.outlineStyle !== 'none'),
    isInView: it.getBoundingClientRect().bottom > 0 && it.getBoundingClientRect().top < innerHeight,
  };
}"""


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what has these words; each stop on the way has to be visible."""
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        stops.append(focused["words"])
        assert focused["isShown"], f"no outline: {focused}"
        assert focused["isInView"], f"out of view: {focused}"
        if re.search(words, focused["words"]):
            return
    raise AssertionError(f"no stop at {words}: {stops}")


def enter(page: Page, heading: str) -> None:
    """Press Enter and wait for the page it leads to."""
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
    page.wait_for_load_state()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_template_is_found_installed_and_opened_by_keyboard_alone(service, size):
    person = service.demo["people"][0]
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        page.goto("/")
        page.keyboard.press("Tab")
        assert "本文へ" in page.evaluate(FOCUSED)["words"], "the first stop leads over the navigation"
        page.keyboard.press("Enter")
        tab_to(page, "業務や困りごとの言葉")
        page.keyboard.type("補助金")
        enter(page, "「補助金」の検索結果")
        tab_to(page, "^補助金・助成金 申請管理")
        enter(page, "^補助金・助成金 申請管理")
        tab_to(page, "導入する")
        enter(page, "ログインが必要です")
        tab_to(page, "メールアドレス")
        page.keyboard.type(person["email"])
        tab_to(page, "パスワード")
        page.keyboard.type(person["password"])
        enter(page, "導入")
        tab_to(page, "計画を確かめる")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("計画"))).to_be_visible()
        tab_to(page, "導入を始める")
        page.keyboard.press("Enter")
        expect(page.get_by_text("導入が終わりました。")).to_be_visible(timeout=60_000)
        tab_to(page, "「補助金・助成金申請管理」のレコードを開く")
        enter(page, "^補助金・助成金申請管理$")
    assert [fault for fault in faults if "401" not in fault] == []
