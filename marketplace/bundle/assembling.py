"""Builds a bundle from its decoded files; the schemas have already vouched for their shape."""

from __future__ import annotations

from typing import Any

from marketplace.bundle.model import (
    AppDefinition,
    Bundle,
    Inclusion,
    JsonObject,
    Localisation,
    Manifest,
    PartName,
    PersonalData,
    Picture,
    Placeholder,
    PlaceholderKind,
)
from marketplace.kernel.text import Text


def build_manifest(raw: JsonObject) -> Manifest:
    """Return the typed form of a template.json that its schema accepts."""
    return Manifest(
        slug=raw["slug"],
        version=raw["version"],
        name=_text(raw["name"]),
        summary=_text(raw["summary"]),
        category=raw["category"],
        license=raw["license"],
        app_keys=tuple(app["key"] for app in raw["apps"]),
        includes=tuple(_inclusion(declared) for declared in raw.get("includes", ())),
        departments=tuple(raw.get("departments", ())),
        keywords=tuple(raw.get("keywords", ())),
        icon=raw.get("icon"),
        pictures=tuple(Picture(each["file"], _text(each["alt"])) for each in raw.get("pictures", ())),
        placeholders=tuple(_placeholder(declared) for declared in raw.get("placeholders", ())),
        localise=tuple(_localisation(declared) for declared in raw.get("localise", ())),
        personal_data=_personal_data(raw["personal_data"]) if "personal_data" in raw else None,
        laws=tuple(raw.get("laws", ())),
        raw=raw,
    )


def build_bundle(
    manifest: Manifest, objects: dict[str, JsonObject], texts: dict[str, str], data: dict[str, bytes]
) -> Bundle:
    """Return the bundle made of JSON objects, texts and other files, each by path; apps in the manifest's order."""
    return Bundle(
        manifest=manifest,
        apps=tuple(_build_app(key, objects, data) for key in manifest.app_keys),
        documents=dict(texts),
        images={path: content for path, content in data.items() if path.startswith("images/")},
    )


def _build_app(key: str, objects: dict[str, JsonObject], data: dict[str, bytes]) -> AppDefinition:
    folder = f"apps/{key}/"
    parts = {part: objects[path] for part in PartName if (path := f"{folder}{part.value}.json") in objects}
    files = {path.removeprefix(folder): content for path, content in data.items() if path.startswith(folder)}
    return AppDefinition(key=key, parts=parts, files=files)


def _text(value: JsonObject) -> Text:
    return Text(value["ja"], value.get("en") or value["ja"])


def _maybe_text(value: Any) -> Text | None:
    return _text(value) if value else None


def _inclusion(value: JsonObject) -> Inclusion:
    return Inclusion(template=value["template"], version=value["version"], app_keys=tuple(value["apps"]))


def _placeholder(value: JsonObject) -> Placeholder:
    return Placeholder(
        key=value["key"],
        kind=PlaceholderKind(value["kind"]),
        label=_text(value["label"]),
        hint=_maybe_text(value.get("hint")),
    )


def _localisation(value: JsonObject) -> Localisation:
    return Localisation(app_key=value["app"], field_code=value["field"], hint=_maybe_text(value.get("hint")))


def _personal_data(value: JsonObject) -> PersonalData:
    return PersonalData(
        handles=value["handles"],
        kinds=tuple(value.get("kinds", ())),
        notice=_maybe_text(value.get("notice")),
    )
