"""Writes what a bundle holds beside its apps: the manifest, README, CHANGELOG and icon, those of the version before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.comparing import Bump, Change, compare
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PlaceholderKind
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import write_zip
from marketplace.exports.inputs import ExportOrder
from marketplace.kernel.text import Text

FIRST_VERSION = "1.0.0"
MOST_CHANGES = 100
README, CHANGELOG = "README.md", "CHANGELOG.md"
ICON = "images/icon.svg"
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="8" fill="#e8f1fe"/>'
    b'<rect x="11" y="9" width="26" height="30" rx="3" fill="#fff" stroke="#0017c1" stroke-width="2"/>'
    b'<path d="M16 17h16M16 24h16M16 31h10" stroke="#0017c1" stroke-width="2" stroke-linecap="round"/></svg>\n'
)
"""A sheet with lines, for a template without an icon of its own."""
KIND_LABELS = {
    PlaceholderKind.USER: Text("ユーザー", "User"),
    PlaceholderKind.GROUP: Text("グループ", "Group"),
    PlaceholderKind.ORGANIZATION: Text("組織", "Organisation"),
}
TAKEN_OVER = ("departments", "keywords", "icon", "pictures", "personal_data", "laws", "hours_saved")
"""What the author said before and an export knows nothing new of."""


def draft_bundle(
    order: ExportOrder, apps: Sequence[AppDefinition], placeholders: Sequence[JsonObject], base: Bundle | None
) -> Bundle:
    """Return the bundle of a first version, or of the least version that follows the base.

    It is read from its file as anybody would, so that the schemas vouch for it. Raises BundleRefusedError.
    """
    raw: JsonObject = {
        "format": 1,
        "slug": order.slug,
        "version": FIRST_VERSION,
        "name": _name(order.name, order.name_en, "name", base),
        "summary": _name(order.summary, order.summary_en, "summary", base),
        "category": order.category or (base.manifest.category if base else ""),
        "license": order.license or (base.manifest.license if base else ""),
        "apps": [{"key": app.key} for app in _arranged(apps, base)],
        **_taken_over(base, apps),
    }
    raw |= {"placeholders": list(placeholders)} if placeholders else {}
    raw.setdefault("icon", ICON)
    documents, images = _documents(raw, apps, base), dict(base.images) if base else {}
    if raw["icon"] == ICON:
        images.setdefault(ICON, DRAWING)
    made = Bundle(build_manifest(raw), tuple(_arranged(apps, base)), documents, images)
    if base is None:
        return as_read(made)
    comparison = compare(base, made)
    return numbered(made, max(comparison.bump, Bump.PATCH).least_after(base.manifest.version), comparison.changes)


def numbered(bundle: Bundle, number: str, changes: Sequence[Change]) -> Bundle:
    """Return a bundle under a number, with the changes listed in its CHANGELOG. Raises BundleRefusedError."""
    raw = {**bundle.manifest.raw, "version": number}
    listed = [f"- {change.text.ja}" for change in changes[:MOST_CHANGES]]
    section = "\n".join([f"## {number}", "", *(listed or ["- 変更なし"]), ""])
    before = bundle.documents.get(CHANGELOG, "# 変更の記録\n")
    heading, _, rest = before.partition("\n## ")
    text = f"{heading.rstrip()}\n\n{section}" + (f"\n## {rest}" if rest else "")
    documents = {**bundle.documents, CHANGELOG: text}
    return as_read(replace(bundle, manifest=build_manifest(raw), documents=documents))


def renumbered(bundle: Bundle, number: str) -> Bundle:
    """Return a bundle under another number than the one its CHANGELOG begins with. Raises BundleRefusedError."""
    raw = {**bundle.manifest.raw, "version": number}
    heading = f"## {bundle.manifest.version}\n"
    changelog = bundle.documents.get(CHANGELOG, "").replace(heading, f"## {number}\n", 1)
    documents = {**bundle.documents, **({CHANGELOG: changelog} if changelog else {})}
    return as_read(replace(bundle, manifest=build_manifest(raw), documents=documents))


def as_read(bundle: Bundle) -> Bundle:
    """Return a bundle as it comes out of its file. Raises BundleRefusedError."""
    return read_zip(write_zip(bundle))


def declare(key: str, kind: PlaceholderKind, label: Text | None, known: JsonObject | None, position: int) -> JsonObject:
    """Declare a placeholder: as it was before, under the label given now, or under one that tells nothing."""
    if known is not None and known["kind"] == kind.value:
        return known if label is None else {**known, "label": _both(label)}
    plain = Text(f"{KIND_LABELS[kind].ja}{position}", f"{KIND_LABELS[kind].en} {position}")
    return {"key": key, "kind": kind.value, "label": _both(label or plain)}


def is_plain_label(kind: PlaceholderKind, label: Text) -> bool:
    """Tell whether a label is one that tells nothing, which a better one should replace."""
    return label.ja.removeprefix(KIND_LABELS[kind].ja).isdecimal()


def _both(text: Text) -> JsonObject:
    return {"ja": text.ja, "en": text.en} if text.en else {"ja": text.ja}


def _name(ja: str, en: str, name: str, base: Bundle | None) -> JsonObject:
    """Return a text of the manifest; the English one of before stays only beside the Japanese it translates."""
    before: JsonObject = base.manifest.raw[name] if base else {}
    if not ja or ja == before.get("ja"):
        return {**before, "en": en} if en else dict(before)
    return {"ja": ja, "en": en} if en else {"ja": ja}


def _arranged(apps: Sequence[AppDefinition], base: Bundle | None) -> list[AppDefinition]:
    """Return the apps in the order people know, new ones last."""
    known = {key: at for at, key in enumerate(base.manifest.app_keys)} if base else {}
    return sorted(apps, key=lambda app: known.get(app.key, len(known)))


def _taken_over(base: Bundle | None, apps: Sequence[AppDefinition]) -> JsonObject:
    if base is None:
        return {}
    raw = base.manifest.raw
    kept: dict[str, Any] = {name: raw[name] for name in TAKEN_OVER if name in raw}
    fields = {app.key: app.fields for app in apps}
    if included := _still_included(base, fields.keys()):
        kept["includes"] = included
    if "localise" in raw:
        kept["localise"] = [each for each in raw["localise"] if each["field"] in _codes(fields.get(each["app"], {}))]
    return kept


def _still_included(base: Bundle, keys: Collection[str]) -> list[JsonObject]:
    """Return what a set says of its members, as far as their apps are still there."""
    said = [(each, [key for key in each.app_keys if key in keys]) for each in base.manifest.includes]
    return [{"template": each.template, "version": each.version, "apps": apps} for each, apps in said if apps]


def _codes(fields: JsonObject) -> set[str]:
    return {*fields, *(column for field in fields.values() for column in field.get("fields", {}))}


def _documents(raw: JsonObject, apps: Sequence[AppDefinition], base: Bundle | None) -> Mapping[str, str]:
    if base is not None:
        return dict(base.documents)
    listed = "\n".join(f"- {app.name}" for app in apps)
    return {README: f"# {raw['name']['ja']}\n\n{raw['summary']['ja']}\n\n## アプリ\n\n{listed}\n"}
