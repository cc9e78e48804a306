"""Chromium, driven as a person would use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

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
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PICTURES = Path("artifacts/screenshots")


@contextmanager
def open_browser(size: str, address: str, *, scripts: bool = True) -> Iterator[tuple[Page, list[str]]]:
    """Open a page; every request to another host and every error the browser reports is written down."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            viewport=SIZES[size], locale="ja-JP", base_url=address, java_script_enabled=scripts
        )
        page = context.new_page()
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page, faults
        browser.close()


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
