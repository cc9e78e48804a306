"""Rules for the texts of a template: README, list of changes, manifest, icon."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_tools.checking.flaws import Flaw, part_of, process_of
from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.kernel.text import Text

HEADINGS = [
    "何のためのアプリか",
    "使い方（申請から完了まで）",
    "導入前に決めること",
    "運用のコツ",
    "異動のときの引継ぎ",
    "個人情報の扱い",
    "根拠法令",
]
CLOSING = "法令の内容は各団体で確認してください"
NAMED = re.compile(r"「([^」]+)」を押|「([^」]+)」の一覧|一覧「([^」]+)」")
ACTIVE = re.compile(r"<script|\bon\w+=|href|url\(|<style|<image|<foreignObject|<!", re.IGNORECASE)
HIRAGANA = re.compile(r"[ぁ-んー]+")
BOASTS = ("最適な", "革新的", "画期的", "スムーズに", "効率化を実現", "簡単に")


def text_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is wrong with the texts."""
    yield from _readme(bundle)
    if not bundle.documents.get("README.en.md", "").startswith("# "):
        yield Flaw("begin with the English name, “# …” (@readme-en)", part="README.en.md")
    numbers = re.findall(r"^## (\S+)", bundle.documents.get("CHANGELOG.md", ""), flags=re.MULTILINE)
    if numbers[:1] != [bundle.manifest.version]:
        yield Flaw(f"begin with “## {bundle.manifest.version}”", part="CHANGELOG.md")
    yield from _manifest(bundle)
    drawing = bundle.images.get("images/icon.svg", b"").decode()
    if bundle.manifest.icon != "images/icon.svg" or not drawing:
        yield Flaw("the icon is images/icon.svg", part="template.json")
    if ACTIVE.search(drawing):
        yield Flaw("draw with plain shapes: no script, style, link or embedded picture", part="images/icon.svg")


def _readme(bundle: Bundle) -> Iterator[Flaw]:
    text = bundle.documents.get("README.md", "")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    if headings != HEADINGS:
        missing = [heading for heading in HEADINGS if heading not in headings]
        yield Flaw(f"the headings are {' / '.join(HEADINGS)} in this order; missing: {missing}", part="README.md")
    known = {name for app in bundle.apps for name in _names_on_screen(app)}
    for names in NAMED.findall(text):
        name = next(filter(None, names))
        if name not in known:
            yield Flaw(f"no button or view is called 「{name}」; write its name as in the app", part="README.md")
    if CLOSING not in text:
        yield Flaw(f"say “{CLOSING}。”", part="README.md")
    for word in BOASTS:
        if word in text:
            yield Flaw(f"“{word}” is advertising; say what happens instead", part="README.md")


def _names_on_screen(app: AppDefinition) -> set[str]:
    buttons = {action["name"] for action in process_of(app)["actions"]}
    return buttons | set(part_of(app, PartName.VIEWS).get("views", {}))


def _manifest(bundle: Bundle) -> Iterator[Flaw]:
    manifest = bundle.manifest
    texts = [manifest.name, manifest.summary, *(place.label for place in manifest.placeholders)]
    texts += [place.hint or Text("", "") for place in manifest.placeholders]
    texts += [place.hint or Text("", "") for place in manifest.localise]
    if not all(text.ja and text.en for text in texts):
        yield Flaw("names, summary, placeholders and hints are in both languages", part="template.json")
    if not manifest.departments or not manifest.laws:
        yield Flaw("name the departments and the laws", part="template.json")
    if manifest.personal_data is None or manifest.personal_data.notice is None:
        yield Flaw("say in personal_data what is done with personal data", part="template.json")
    if not any(HIRAGANA.fullmatch(word) for word in manifest.keywords):
        yield Flaw("add readings in hiragana to the keywords", part="template.json")
    if len(set(manifest.keywords)) < len(manifest.keywords):
        yield Flaw("a keyword stands there twice", part="template.json")
