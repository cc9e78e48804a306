"""Checks of the list of changes, which only a version that follows another must have."""

from __future__ import annotations

from marketplace.bundle.checks.place import Place
from marketplace.bundle.model import Bundle, Finding
from marketplace.kernel.text import Text

CHANGELOG = "CHANGELOG.md"


def check_changelog(bundle: Bundle) -> list[Finding]:
    """Return what is missing in the list of changes of a version that follows another."""
    text = bundle.documents.get(CHANGELOG, "")
    number = bundle.manifest.version
    if not text.strip():
        title = Text("CHANGELOG.mdがないか、空です。", "CHANGELOG.md is missing or empty.")
        remedy = Text(
            f"版 {number} で何がなぜ変わったかを書いたCHANGELOG.mdを加えてください。",
            f"Add a CHANGELOG.md that says what changed in version {number}, and why.",
        )
        return [Place(CHANGELOG).error("changelog-missing", title, remedy)]
    if number not in text:
        title = Text(f"CHANGELOG.mdに版 {number} の記載がありません。", f"CHANGELOG.md does not mention {number}.")
        remedy = Text(
            f"版 {number} の見出しを加え、何がなぜ変わったかを書いてください。",
            f"Add a heading for version {number} and say what changed, and why.",
        )
        return [Place(CHANGELOG).warning("changelog-silent", title, remedy)]
    return []
