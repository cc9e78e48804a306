"""Chromium, driven as a person would use it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
    "enlarged": {"width": 320, "height": 256},  # 1280 x 1024 at 400 % (WCAG 1.4.10)
}
PICTURES = Path("artifacts/screenshots")
SAID = {"error", "warning", "assert"}


@contextmanager
def running_chromium(**environ: str) -> Iterator[Browser]:
    """Start Chromium for as many pages as wanted, one set of tests after the other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=os.environ | environ)
        yield browser
        browser.close()


@contextmanager
def open_page(
    browser: Browser, size: str, address: str, *, scripts: bool = True, locale: str = "ja-JP"
) -> Iterator[tuple[Page, list[str]]]:
    """Open a page of its own; every request to another host and whatever the browser reports is written down."""
    faults: list[str] = []
    context = browser.new_context(viewport=SIZES[size], locale=locale, base_url=address, java_script_enabled=scripts)
    page = context.new_page()
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
    page.on("console", lambda message: faults.append(message.text) if message.type in SAID else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page, faults
    context.close()


@contextmanager
def open_browser(
    size: str, address: str, *, scripts: bool = True, locale: str = "ja-JP"
) -> Iterator[tuple[Page, list[str]]]:
    """Start Chromium for one page."""
    with running_chromium() as browser, open_page(browser, size, address, scripts=scripts, locale=locale) as opened:
        yield opened


def sign_in(page: Page, person: dict[str, str]) -> None:
    """Sign in, and wait until it is so: whoever goes elsewhere at once takes the button's request back."""
    page.goto("/sign-in")
    enter_password(page, person)


def enter_password(page: Page, person: dict[str, str]) -> None:
    """Fill in and send the form to sign in that a page shows, in either language."""
    page.locator("#f-email").fill(person["email"])
    page.locator("#f-password").fill(person["password"])
    page.get_by_role("main").get_by_role("button", name=re.compile("ログイン|Sign in")).click()
    expect(page.get_by_role("banner").get_by_role("button", name=re.compile("ログアウト|Sign out"))).to_be_visible()


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, to be looked at."""
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
