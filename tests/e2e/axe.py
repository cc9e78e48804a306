"""The rules of WCAG 2.2 AA that axe-core can check."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
BROKEN = """async ({ rules, where }) => (await axe.run(where, rules)).violations.flatMap((rule) =>
  rule.nodes.slice(0, 3).map((node) => `${rule.id}: ${JSON.stringify(node.target)}`))"""
"""Only what is broken leaves the browser: telling what is well takes longer than finding it."""


def problems(page: Page, where: dict[str, Any] | None = None) -> list[str]:
    """Return the rules that the page, or a part of it, breaks as it stands, and where."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(BROKEN, {"rules": RULES, "where": where or {"exclude": []}})
    return found
