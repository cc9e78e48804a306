"""The texts of a version: README in Japanese and English, and the list of changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog_tools.parts.manifest import Heading
from catalog_tools.source.errors import Line
from catalog_tools.source.reading import Section

SHARED = Path(__file__).parents[1] / "shared" / "sentences.md"
SNIPPET = "::"
LAWS = "## 根拠法令"
CLOSING = "法令の内容は各団体で確認してください。"


def readme(section: Section, heading: Heading) -> str:
    """Return README.md; the chapter on laws is made when the source has none. Raises SourceError."""
    text = _prose(section.prose)
    if LAWS not in text:
        laws = "\n".join(f"- {law}" for law in heading.laws)
        text = f"{text}\n\n{LAWS}\n\n{laws}"
    if CLOSING not in text:
        text = f"{text}\n\n{CLOSING}"
    return f"# {heading.name}\n\n{text}\n"


def english_readme(section: Section, heading: Heading) -> str:
    """Return README.en.md."""
    return f"# {heading.entries.text('name-en')}\n\n{_prose(section.prose)}\n"


def changelog(sections: list[tuple[str, Section | None]]) -> str:
    """Return CHANGELOG.md from the newest version down."""
    parts = ["# 変更履歴"]
    for version, section in sections:
        text = _prose(section.prose) if section else "- 最初の公開です。"
        parts.append(f"## {version}\n\n{text}")
    return "\n\n".join(parts) + "\n"


def _prose(lines: tuple[Line, ...]) -> str:
    written: list[str] = []
    for line in lines:
        if line.text.startswith("## ") and written and written[-1]:
            written.append("")
        written += _snippet(line) if line.text.startswith(SNIPPET) else [line.text]
    return "\n".join(written).strip()


def _snippet(line: Line) -> list[str]:
    name = line.text.removeprefix(SNIPPET).strip()
    known = _snippets()
    if name not in known:
        raise line.error(f"no shared sentences “{name}”; there are {'、'.join(known)}")
    return known[name]


@cache
def _snippets() -> dict[str, list[str]]:
    snippets: dict[str, list[str]] = {}
    name = ""
    for text in SHARED.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            name = text[3:].strip()
            snippets[name] = []
        elif name and text.strip():
            snippets[name].append(text)
    return snippets
