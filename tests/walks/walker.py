"""Somebody who walks through the site, sees what people see, and looks closely at each page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.axe import problems
from tests.e2e.browser import take_picture

SLOW = 60_000
REFUSED_INPUT = 422
MOST_SHIFT = 0.02
"""How much of a page may move by itself while it loads (cumulative layout shift)."""
WATCH_SHIFTS = """(() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.shifts.push([entry.value, ...entry.sources.map((source) =>
        source.node && source.node.outerHTML ? source.node.outerHTML.slice(0, 80) : String(source.node))]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
})()"""
LOOK = """() => ({
  language: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1')].map((each) => each.innerText.trim()),
  title: document.title,
  isWide: document.documentElement.scrollWidth > innerWidth,
  shifts: window.shifts || [],
})"""
REFUSED = re.compile(r"the server responded with a status of (\d+)")


@dataclass(frozen=True)
class View:
    """The size of the screen and the language."""

    size: str
    language: str

    @property
    def locale(self) -> str:
        """The language that the browser asks for."""
        return {"ja": "ja-JP", "en": "en-US"}[self.language]

    def __str__(self) -> str:
        return f"{self.size}-{self.language}"


class Walker:
    """Finds what is on a page by its role and its words, given in Japanese and English."""

    def __init__(self, page: Page, faults: list[str], view: View) -> None:
        self.page, self.faults, self.view = page, faults, view
        self.expected: set[str] = set()
        page.set_default_timeout(20_000)
        page.add_init_script(WATCH_SHIFTS)

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.page.get_by_role("main")

    def words(self, ja: str, en: str) -> str:
        """Return the words of the language of this walk."""
        return ja if self.view.language == "ja" else en

    def goto(self, address: str, status: int = 200) -> Response:
        """Open an address; any other status than the expected one is a fault."""
        self.expect_status(status)
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, (address, answer.status)
        return answer

    def expect_status(self, *statuses: int) -> None:
        """Let answers refuse; the browser writes them down as faults."""
        self.expected |= {str(status) for status in statuses}

    def unexpected_faults(self) -> list[str]:
        """Return what was written down and nobody expected."""
        refusals = ((fault, REFUSED.search(fault)) for fault in self.faults)
        return [fault for fault, found in refusals if not (found and found[1] in self.expected)]

    def look(self, name: str, *, grows: bool = False) -> None:
        """Take a picture of the page, and make sure of what holds for every page.

        A page that tells progress may grow. The rules of WCAG are tried on wide pages; tests/walks/test_every_page.py
        tries them on narrow ones.
        """
        self.page.wait_for_load_state()
        seen: dict[str, Any] = self.page.evaluate(LOOK)
        take_picture(self.page, f"{self.view}/{name}")
        assert seen["language"] == self.view.language, name
        assert len(seen["headings"]) == 1, (name, seen["headings"])
        assert seen["title"], name
        assert not seen["isWide"], f"{name} scrolls sideways"
        if not grows:
            assert sum(shift[0] for shift in seen["shifts"]) <= MOST_SHIFT, (name, seen["shifts"])
        if self.view.size == "desktop":
            assert problems(self.page) == [], name

    def headed(self, ja: str, en: str) -> None:
        """Wait for a page by its heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(self.words(ja, en))

    def sees(self, ja: str, en: str, *, timeout: float = 10_000) -> None:
        """Wait for words in the main part of the page."""
        expect(self.main).to_contain_text(self.words(ja, en), timeout=timeout)

    def link(self, ja: str, en: str) -> Locator:
        """Return the first link of the main part whose name begins with the words."""
        return self._named("link", ja, en)

    def button(self, ja: str, en: str) -> Locator:
        """Return the first button of the main part whose name begins with the words."""
        return self._named("button", ja, en)

    def follow(self, ja: str, en: str) -> None:
        """Follow a link of the main part to another page."""
        with self.page.expect_navigation():
            self.link(ja, en).click()

    def press(self, ja: str, en: str, status: int = 200) -> None:
        """Press a button of the main part and wait for the page it leads to; what it refuses, the browser lets pass."""
        self.expect_status(status)
        if status == REFUSED_INPUT:
            self.page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
        with self.page.expect_navigation():
            self.button(ja, en).click()

    def field(self, ja: str, en: str) -> Locator:
        """Return the first control of the main part whose label begins with the words."""
        labelled = self.main.get_by_label(re.compile(f"^\\s*{re.escape(self.words(ja, en))}"))
        return self.main.locator("input, select, textarea").and_(labelled).first

    def fill(self, ja: str, en: str, text: str) -> None:
        """Write into the control with this label."""
        self.field(ja, en).fill(text)

    def sign_in(self, person: dict[str, str], to: str = "/account") -> None:
        """Sign in and go on to a page, in the language of the walk."""
        self.page.goto(f"/sign-in?next=/language%3Fto={self.view.language}%26next={to}")
        self.fill("メールアドレス", "E-mail address", person["email"])
        self.fill("パスワード", "Password", person["password"])
        self.press("ログイン", "Sign in")

    def sign_out(self) -> None:
        """Sign out by the button at the top."""
        with self.page.expect_navigation():
            self.page.get_by_role("banner").get_by_role("button", name=self.words("ログアウト", "Sign out")).click()

    def _named(self, role: Any, ja: str, en: str) -> Locator:
        return self.main.get_by_role(role, name=re.compile(f"^\\s*{re.escape(self.words(ja, en))}")).first
