"""Names a browser and its system in words, from what it says of itself."""

from __future__ import annotations

from marketplace.edge.context import language
from marketplace.kernel.text import Text

BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that fits counts: most browsers name those they came from as well."""
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN = Text("不明なブラウザー", "Unknown browser")


def device_of(user_agent: str) -> str:
    """Return words such as `Chrome（Windows）`."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if browser is None and system is None:
        return UNKNOWN.in_language(language())
    if browser is None or system is None:
        return browser or system or ""
    return Text("{browser}（{system}）", "{browser} ({system})").in_language(language(), browser=browser, system=system)
