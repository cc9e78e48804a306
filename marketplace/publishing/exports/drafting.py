"""Makes a bundle of apps read from a workspace, and tells the author what was carried, replaced and left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.checking import check
from marketplace.bundle.limits import APPS
from marketplace.bundle.model import AppDefinition, Bundle, Finding, JsonObject, PlaceholderKind
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import write_zip
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.reading.apps import ReadApp, compose_apps
from marketplace.kintone.reading.left_behind import LeftBehind
from marketplace.kintone.reading.principals import PlaceholderNames
from marketplace.publishing.errors import NothingToExportError
from marketplace.publishing.exports.following import Family, follow_references

FIRST_VERSION = "1.0.0"
HIDDEN = Text("アプリを読み出せません（権限がないか、削除されています）。", "The app is out of reach, or gone.")
TOO_MANY = Text(f"1つのテンプレートに入るアプリは{APPS}個までです。", f"A template holds at most {APPS} apps.")
KIND_LABELS = {
    PlaceholderKind.USER: Text("ユーザー", "User"),
    PlaceholderKind.GROUP: Text("グループ", "Group"),
    PlaceholderKind.ORGANIZATION: Text("組織", "Organisation"),
}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What the author says of the template to come."""

    slug: str
    name: str
    summary: str
    category: str
    license: str


@dataclass(frozen=True, slots=True)
class CarriedApp:
    """An app that came along."""

    app_id: str
    key: str
    name: str
    was_chosen: bool
    """False when another app needs it."""
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A user, group or organisation, and the placeholder that stands for it; for the author's eyes only."""

    key: str
    kind: PlaceholderKind
    code: str


@dataclass(frozen=True, slots=True)
class LostApp:
    """An app that is needed or was chosen and could not come along."""

    app_id: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Export:
    """The bundle, and the report on how it came about."""

    bundle: Bundle
    carried: tuple[CarriedApp, ...]
    replaced: tuple[Replacement, ...]
    lost_apps: tuple[LostApp, ...]
    left: tuple[LeftBehind, ...]
    findings: tuple[Finding, ...]
    """What the checks say of the bundle, as they will when it is uploaded."""


def export_apps(client: KintoneClient, chosen: Sequence[str], order: ExportOrder) -> Export:
    """Return a draft bundle of live apps and of those they need.

    Raises NothingToExportError, BundleRefusedError, KintoneFailure where waiting may help, and KintoneAnswerError.
    """
    family = follow_references(client, chosen)
    if not family.every:
        raise NothingToExportError
    keys = {answers.app_id: f"app-{number}" for number, answers in enumerate(family.every, start=1)}
    names = PlaceholderNames()
    read = compose_apps(client, family.every, keys, names)
    replaced = tuple(Replacement(key, one.kind, one.code) for one, key in names.given.items())
    bundle = _bundle(order, [one.definition for one in read], replaced)
    return Export(
        bundle=bundle,
        carried=tuple(_carried(app_id, one, chosen) for app_id, one in zip(keys, read, strict=True)),
        replaced=replaced,
        lost_apps=tuple(_lost(family)),
        left=tuple(left for one in read for left in (*one.left, *one.unread)),
        findings=tuple(check(bundle)),
    )


def _bundle(order: ExportOrder, apps: Sequence[AppDefinition], replaced: Sequence[Replacement]) -> Bundle:
    """Return the bundle as anybody would read it from its file, so that the schemas vouch for it."""
    raw: JsonObject = {
        "format": 1,
        "slug": order.slug,
        "version": FIRST_VERSION,
        "name": {"ja": order.name},
        "summary": {"ja": order.summary},
        "category": order.category,
        "license": order.license,
        "apps": [{"key": app.key} for app in apps],
        "placeholders": [_placeholder(one, number) for number, one in enumerate(replaced, start=1)],
    }
    listed = "\n".join(f"- {app.name}" for app in apps)
    readme = f"# {order.name}\n\n{order.summary}\n\n## アプリ\n\n{listed}\n"
    made = Bundle(manifest=build_manifest(raw), apps=tuple(apps), documents={"README.md": readme})
    return read_zip(write_zip(made))


def _placeholder(one: Replacement, number: int) -> JsonObject:
    """Declare a placeholder under a label that tells nothing of who it was; the author gives a better one."""
    label = KIND_LABELS[one.kind]
    return {
        "key": one.key,
        "kind": one.kind.value,
        "label": {"ja": f"{label.ja}{number}", "en": f"{label.en} {number}"},
    }


def _carried(app_id: str, read: ReadApp, chosen: Sequence[str]) -> CarriedApp:
    app = read.definition
    return CarriedApp(app_id, app.key, app.name, app_id in chosen, tuple(part.value for part in app.parts))


def _lost(family: Family) -> list[LostApp]:
    hidden = [LostApp(app_id, HIDDEN) for app_id in family.hidden]
    return [*hidden, *(LostApp(app_id, TOO_MANY) for app_id in family.too_many)]
