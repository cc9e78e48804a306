"""Differences of the manifest, the documents and the pictures."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.differences.change import Act, Change, Impact, Subject
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.kernel.text import Text

NAMES: dict[str, Text] = {
    "name": Text("テンプレート名", "name of the template"),
    "summary": Text("概要", "summary"),
    "category": Text("分野", "category"),
    "includes": Text("含むテンプレート", "templates included"),
    "departments": Text("対象部署", "departments"),
    "keywords": Text("キーワード", "keywords"),
    "license": Text("ライセンス", "licence"),
    "icon": Text("アイコン", "icon"),
    "pictures": Text("画面の写真", "pictures of the page"),
    "localise": Text("置き換える選択肢の案内", "options to localise"),
    "personal_data": Text("個人情報の説明", "statement on personal data"),
    "laws": Text("根拠法令", "laws"),
    "hours_saved": Text("削減時間の目安", "hours saved"),
}
WEIGHTY = frozenset({"license", "personal_data"})
"""What whoever runs the template should not learn of in passing."""


def compare_manifests(old: Bundle, new: Bundle) -> Iterator[Change]:
    """Yield the differences outside the apps."""
    for key, called in NAMES.items():
        before, after = old.manifest.raw.get(key), new.manifest.raw.get(key)
        if before != after:
            impact = Impact.ADDITIVE if key in WEIGHTY else Impact.COSMETIC
            yield Subject("manifest", key, called).change(impact, Act.CHANGED, before, after)
    yield from _compare_placeholders(old.manifest.raw, new.manifest.raw)
    for area, noun, texts in (
        ("document", Text("文書", "document"), (old.documents, new.documents)),
        ("image", Text("画像", "picture"), (old.images, new.images)),
    ):
        before_files, after_files = texts
        for path in sorted({*before_files, *after_files}):
            if before_files.get(path) != after_files.get(path):
                act = Act.ADDED if path not in before_files else Act.REMOVED if path not in after_files else Act.CHANGED
                called = Text(f"{noun.ja}「{path}」", f"{noun.en} “{path}”")
                yield Subject(area, path, called).change(Impact.COSMETIC, act)


def _compare_placeholders(old: JsonObject, new: JsonObject) -> Iterator[Change]:
    before = {declared["key"]: declared for declared in old.get("placeholders", [])}
    after = {declared["key"]: declared for declared in new.get("placeholders", [])}
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(key), after.get(key)
        label = (now or was or {})["label"]
        called = Text(f"差し込み項目「{label['ja']}」", f"placeholder “{label.get('en') or label['ja']}”")
        subject = Subject("placeholder", key, called)
        if was is None or now is None:
            act = Act.ADDED if was is None else Act.REMOVED
            yield subject.change(Impact.ADDITIVE, act, was, now)
        elif was != now:
            impact = Impact.BREAKING if was["kind"] != now["kind"] else Impact.COSMETIC
            yield subject.change(impact, Act.CHANGED, was, now)
