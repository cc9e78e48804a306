"""The rules of WCAG 2.2 AA that axe-core can check."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def problems(page: Page) -> list[str]:
    """Return the rules that the page breaks as it stands, and where."""
    answer = Axe().run(page, options=RULES)
    return [f"{rule['id']}: {node['target']}" for rule in answer.response["violations"] for node in rule["nodes"][:3]]
