"""Lookups and related records: how a form is joined with another app."""

from __future__ import annotations

import re

from catalog_tools.parts.field_types import FieldSpec
from marketplace.bundle.model import JsonObject

LOOKUP_WORDS = ("copy", "pick", "where", "sort")
RELATED_WORDS = ("show", "where", "sort", "size")
TARGET = re.compile(r"(?P<app>[a-z0-9-]+)\.(?P<key>[^\s=]+)")
RELATION = re.compile(r"(?P<app>[a-z0-9-]+)\.(?P<key>[^\s=]+)\s*=\s*(?P<own>\S+)")


def read_link(spec: FieldSpec) -> JsonObject:
    """Return the property of a lookup or of related records. Raises SourceError."""
    return _lookup(spec) if spec.type == "lk" else _related(spec)


def _lookup(spec: FieldSpec) -> JsonObject:
    target = TARGET.fullmatch(spec.inside)
    said = _clauses(spec, LOOKUP_WORDS)
    if not target or "pick" not in said or "copy" not in said:
        raise spec.line.error("write “lk(app.キー) copy 項目 < 相手の項目, … pick 相手の項目, … sort 相手の項目 asc”")
    return {
        "type": "SINGLE_LINE_TEXT",
        "code": spec.code,
        "label": spec.label,
        "noLabel": False,
        "required": spec.is_required,
        "lookup": {
            "relatedApp": {"app": target["app"]},
            "relatedKeyField": target["key"],
            "fieldMappings": [_mapping(spec, text) for text in names(said["copy"])],
            "lookupPickerFields": names(said["pick"]),
            "filterCond": said.get("where", ""),
            "sort": said.get("sort", ""),
        },
    }


def _mapping(spec: FieldSpec, text: str) -> JsonObject:
    own, arrow, other = (part.strip() for part in text.partition("<"))
    if not own or (arrow and not other):
        raise spec.line.error(f"“{text}”: write “項目 < 相手の項目”, or the name alone where both are the same")
    return {"field": own, "relatedField": other or own}


def _related(spec: FieldSpec) -> JsonObject:
    relation = RELATION.fullmatch(spec.inside)
    said = _clauses(spec, RELATED_WORDS)
    if not relation or "show" not in said:
        raise spec.line.error("write “rel(app.相手の項目 = この項目) show 相手の項目, … sort 相手の項目 desc”")
    return {
        "type": "REFERENCE_TABLE",
        "code": spec.code,
        "label": spec.label,
        "noLabel": False,
        "referenceTable": {
            "relatedApp": {"app": relation["app"]},
            "condition": {"field": relation["own"], "relatedField": relation["key"]},
            "filterCond": said.get("where", ""),
            "displayFields": names(said["show"]),
            "sort": said.get("sort", ""),
            "size": said.get("size", "10"),
        },
    }


def _clauses(spec: FieldSpec, words: tuple[str, ...]) -> dict[str, str]:
    """Split “copy … pick … sort …” at its words."""
    parts = re.split(rf"(?:^|\s)({'|'.join(words)})\s+", f" {spec.value or ''}")
    if parts[0].strip():
        raise spec.line.error(f"“{parts[0].strip()[:30]}” is none of the words {', '.join(words)}")
    return {word: text.strip() for word, text in zip(parts[1::2], parts[2::2], strict=True)}


def names(text: str) -> list[str]:
    """Return names between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]
