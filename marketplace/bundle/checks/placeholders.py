"""Checks of placeholders and of the choice fields that municipalities localise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.names import EVERYONE, code_not_placeholder
from marketplace.bundle.checks.place import MANIFEST_PLACE, Place, place_of
from marketplace.bundle.field_types import CHOICE_TYPES
from marketplace.bundle.model import AppDefinition, Bundle, Finding, Manifest, PartName, PlaceholderKind
from marketplace.bundle.placeholders import Objects, placeholder_of, uses_among
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text


def check_placeholders(bundle: Bundle, objects: Mapping[str, Objects]) -> Iterator[Finding]:
    """Yield placeholders used but not declared, declared but not used, of the wrong kind, or codes left in."""
    manifest = bundle.manifest
    counts = Counter(placeholder.key for placeholder in manifest.placeholders)
    used: set[str] = set()
    for app in bundle.apps:
        for use in uses_among(objects[app.key]):
            used.add(use.key)
            yield from _check_use(use.key, use.kind, manifest, place_of(app, use.part, use.pointer))
        yield from _check_codes(app, objects[app.key])
    for index, placeholder in enumerate(manifest.placeholders):
        place = MANIFEST_PLACE.at("placeholders", index)
        if counts[placeholder.key] > 1:
            yield place.at("key").error(
                "placeholder-twice",
                Text(f"差し込み項目「{placeholder.key}」が重複しています。", f"“{placeholder.key}” is declared twice."),
                Text("どちらか一方を取り除いてください。", "Remove one of the two."),
            )
        elif placeholder.key not in used:
            yield place.warning(
                "placeholder-unused",
                Text(f"差し込み項目「{placeholder.key}」が使われていません。", f"“{placeholder.key}” is not used."),
                Text("使わない場合は取り除いてください。", "Remove it if it is not needed."),
            )


def _check_use(key: str, kind: str | None, manifest: Manifest, place: Place) -> Iterator[Finding]:
    declared = manifest.placeholder(key)
    if declared is None:
        yield place.error(
            "placeholder-undeclared",
            Text(
                f"差し込み項目「{key}」がtemplate.jsonで宣言されていません。",
                f"The placeholder “{key}” is not declared in template.json.",
            ),
            Text("template.jsonのplaceholdersに加えてください。", "Add it under placeholders."),
        )
    elif kind is not None and kind != declared.kind:
        yield place.error(
            "placeholder-kind",
            Text(
                f"差し込み項目「{key}」は{declared.kind}ですが、{kind}として使われています。",
                f"The placeholder “{key}” is a {declared.kind} but used as a {kind}.",
            ),
            Text("種類をそろえてください。", "Make the two the same."),
        )


def _check_codes(app: AppDefinition, objects: Objects) -> Iterator[Finding]:
    """Yield the codes of real users, groups and organisations that were left in."""
    kinds = {kind.value for kind in PlaceholderKind}
    for part, pointer, value in objects:
        # A field of the type GROUP has more keys than these two.
        if len(value) > 2 or str(value.get("type")) not in kinds or value.keys() - {"type", "code"}:  # noqa: PLR2004 - these two
            continue
        code = value.get("code")
        allowed = code == EVERYONE and value["type"] == "GROUP"
        if isinstance(code, str) and placeholder_of(code) is None and not allowed:
            yield code_not_placeholder(code, place_of(app, part, pointer).at("code"))


def check_localise(bundle: Bundle, forms: dict[str, Form]) -> Iterator[Finding]:
    """Yield entries under localise that do not name a choice field of the bundle."""
    for index, entry in enumerate(bundle.manifest.localise):
        form = forms.get(entry.app_key)
        field: FieldPlace | None = form.find(entry.field_code) if form else None
        if field is None or field.type not in CHOICE_TYPES:
            yield MANIFEST_PLACE.at("localise", index).error(
                "localise-unknown",
                Text(
                    f"アプリ「{entry.app_key}」に、選択肢を持つフィールド「{entry.field_code}」がありません。",
                    f"The app “{entry.app_key}” has no choice field “{entry.field_code}”.",
                ),
                Text(
                    "ラジオボタン、チェックボックス、複数選択、ドロップダウンのいずれかを指定してください。",
                    "Name a radio button, check box, multi-select or drop-down.",
                ),
            )


def check_apps(bundle: Bundle) -> Iterator[Finding]:
    """Yield apps listed twice or with the same name."""
    names: dict[str, str] = {}
    for app in bundle.apps:
        if app.name in names:
            yield place_of(app, PartName.SETTINGS, "/name").warning(
                "app-name-twice",
                Text(f"アプリ名「{app.name}」が重複しています。", f"Two apps are named “{app.name}”."),
                Text("区別できる名前にしてください。", "Choose names that can be told apart."),
            )
        names[app.name] = app.key
