"""Lists narrowed by boxes: with the keyboard and a script that follows at once, and without any script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, take_picture

pytestmark = pytest.mark.slow
BOX = "input[type=checkbox][name={name}]"


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


def boxes(page: Page, name: str):
    return page.locator("#facets " + BOX.format(name=name))


def open_filters(page: Page, size: str) -> None:
    """On a phone the filters are behind one line."""
    if size == "phone":
        page.locator("#facets-all > summary").focus()
        page.keyboard.press("Enter")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_boxes_ticked_by_keyboard_change_the_results_and_nothing_else(service, size, language):
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        page.goto(f"/language?to={language}&next=/templates%3Fq%3D%E7%94%B3%E8%AB%8B")
        page.evaluate("window.stays = true")
        all_found = page.locator("#found").inner_text()
        open_filters(page, size)
        boxes(page, "department").nth(1).focus()
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile(r"q=[^&]+&department=[^&]+$"))
        expect(page.locator("#found")).not_to_have_text(all_found)
        one = page.locator("#found").inner_text()
        expect(boxes(page, "department").nth(1)).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile(r"department=[^&]+&department=[^&]+$"))
        expect(page.locator("#found")).not_to_have_text(one)
        expect(boxes(page, "department").nth(2)).to_be_focused()
        expect(page.locator("#kept input")).to_have_count(2)
        assert page.evaluate("window.stays"), "the page was not loaded anew"
        assert problems(page) == []
        take_picture(page, f"filters-{size}-{language}")
        page.locator("a.chip").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("a.chip")).to_have_count(1)
        expect(page.locator("#found")).to_be_focused()
        page.go_back()
        expect(page.locator("#facets input:checked")).to_have_count(2)
        expect(page.locator("a.chip")).to_have_count(2)
    assert faults == []


def test_the_rest_of_a_long_dimension_stays_open_while_one_chooses_in_it(service):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, faults):
        page.goto("/municipalities")
        page.locator("#facet-prefecture > summary").focus()
        page.keyboard.press("Enter")
        okinawa = page.get_by_role("checkbox", name="沖縄県")
        okinawa.focus()
        page.keyboard.press("Space")
        expect(page.locator("#found")).to_have_text("42団体")
        expect(okinawa).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator("a.chip")).to_have_count(0)
        expect(okinawa).to_be_focused()
        take_picture(page, "municipalities-desktop")
    assert faults == []


def test_the_filters_work_without_a_script(service):
    with open_browser("phone", f"http://localhost:{service.port}", scripts=False) as (page, _faults):
        page.goto("/templates?q=申請")
        page.locator("#facets-all > summary").click()
        boxes(page, "department").nth(1).check()
        boxes(page, "department").nth(2).check()
        page.get_by_role("button", name="この条件で絞り込む").click()
        expect(page).to_have_url(re.compile(r"q=[^&]+&department=[^&]+&department=[^&]+$"))
        expect(page.locator("a.chip")).to_have_count(2)
        page.get_by_role("link", name="すべて外す").click()
        expect(page).to_have_url(re.compile(r"/templates\?q=[^&]+$"))
