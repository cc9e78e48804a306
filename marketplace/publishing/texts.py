"""The texts of a bundle that its author may change, as one document; and a bundle with other texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.model import Bundle, JsonObject

README, README_EN, CHANGELOG = "README.md", "README.en.md", "CHANGELOG.md"
LISTS = ("departments", "keywords", "laws")


def texts_of(bundle: Bundle) -> JsonObject:
    """Return the texts of a bundle; what is not said is empty, so that every place to write in is there."""
    raw, documents = bundle.manifest.raw, bundle.documents
    personal, hours = raw.get("personal_data", {}), raw.get("hours_saved", {})
    return {
        "version": raw["version"],
        "name": _shown(raw["name"]),
        "summary": _shown(raw["summary"]),
        "category": raw["category"],
        "license": raw["license"],
        **{name: list(raw.get(name, ())) for name in LISTS},
        "personal_data": {
            "handles": personal.get("handles"),
            "kinds": list(personal.get("kinds", ())),
            "notice": _shown(personal.get("notice")),
        },
        "hours_saved": {"per_year": hours.get("per_year"), "basis": _shown(hours.get("basis"))},
        "readme": {"ja": documents.get(README, ""), "en": documents.get(README_EN, "")},
        "changelog": documents.get(CHANGELOG, ""),
        "placeholders": {
            each["key"]: {"label": _shown(each["label"]), "hint": _shown(each.get("hint"))}
            for each in raw.get("placeholders", ())
        },
        "localise": {list_key(each): _shown(each.get("hint")) for each in raw.get("localise", ())},
    }


def list_key(declared: Mapping[str, Any]) -> str:
    """Return the name of a list of options to replace: the key of its app and the code of its field."""
    return f"{declared['app']}/{declared['field']}"


def merge(current: JsonObject, changes: Mapping[str, Any]) -> JsonObject:
    """Return a document with some of it changed, as a JSON merge patch (RFC 7396) says: null removes."""
    merged = dict(current)
    for name, value in changes.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = merge(before if isinstance(before, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def apply_texts(bundle: Bundle, texts: Mapping[str, Any]) -> Bundle:
    """Return a bundle with these texts, which its input has vouched for; everything else stays."""
    raw = dict(bundle.manifest.raw)
    raw |= {name: texts[name] for name in ("version", "category", "license")}
    raw |= {name: _kept(texts[name]) for name in ("name", "summary")}
    for name in LISTS:
        _put(raw, name, texts[name])
    _put(raw, "personal_data", _personal_data(raw.get("personal_data", {}), texts["personal_data"]))
    _put(raw, "hours_saved", _hours_saved(texts["hours_saved"]))
    if "placeholders" in raw:
        raw["placeholders"] = [_placeholder(each, texts["placeholders"]) for each in raw["placeholders"]]
    if "localise" in raw:
        raw["localise"] = [_list(each, texts["localise"]) for each in raw["localise"]]
    documents = dict(bundle.documents)
    for name, text in (
        (README, texts["readme"]["ja"]),
        (README_EN, texts["readme"]["en"]),
        (CHANGELOG, texts["changelog"]),
    ):
        _put(documents, name, text and f"{text}\n")
    return replace(bundle, manifest=build_manifest(raw), documents=documents)


def _shown(text: JsonObject | None) -> JsonObject:
    return {"ja": "", "en": "", **(text or {})}


def _kept(text: JsonObject) -> JsonObject:
    """Return a text as the manifest holds it: a language without words is left out."""
    return {language: words for language, words in text.items() if words}


def _put(kept: dict[str, Any], name: str, value: Any) -> None:
    """Keep a value, or leave it out when it is empty; an empty one that was there stays as it was."""
    if value:
        kept[name] = value
    elif kept.get(name):
        del kept[name]


def _personal_data(before: JsonObject, said: JsonObject) -> JsonObject:
    if said["handles"] is None:
        return {}
    made = {**before, "handles": said["handles"]}
    _put(made, "kinds", said["kinds"])
    _put(made, "notice", _kept(said["notice"]))
    return made


def _hours_saved(said: JsonObject) -> JsonObject:
    if said["per_year"] is None:
        return {}
    per_year = said["per_year"]
    made: JsonObject = {"per_year": int(per_year) if float(per_year).is_integer() else per_year}
    _put(made, "basis", _kept(said["basis"]))
    return made


def _placeholder(declared: JsonObject, texts: JsonObject) -> JsonObject:
    said = texts.get(declared["key"])
    if said is None:
        return declared
    made = {**declared, "label": _kept(said["label"])}
    _put(made, "hint", _kept(said["hint"]))
    return made


def _list(declared: JsonObject, texts: JsonObject) -> JsonObject:
    said = texts.get(list_key(declared))
    if said is None:
        return declared
    made = dict(declared)
    _put(made, "hint", _kept(said))
    return made
