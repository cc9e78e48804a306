"""Merges entries that came to name the same holder: in a small town one person stands behind several placeholders."""

from __future__ import annotations

from typing import Any

from marketplace.bundle.model import JsonObject, PartName

NAMING = frozenset({"type", "code", "name"})


def merge_repeats(part: PartName, document: JsonObject) -> JsonObject:
    """Return a part in which no list names the same user, group or organisation twice, as kintone demands.

    Of rights the first entry stays: for whoever has several, kintone goes by the first too. A notification is
    sent on every occasion that one of the entries names.
    """
    merged: JsonObject = _merge(document, adds_flags=part is PartName.NOTIFICATIONS)
    return merged


def _merge(value: Any, *, adds_flags: bool) -> Any:
    if isinstance(value, dict):
        return {key: _merge(inner, adds_flags=adds_flags) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    kept: list[Any] = []
    places: dict[tuple[object, object], int] = {}
    for item in (_merge(inner, adds_flags=adds_flags) for inner in value):
        holder = _holder(item)
        if holder is None or holder not in places:
            if holder is not None:
                places[holder] = len(kept)
            kept.append(item)
        elif adds_flags:
            kept[places[holder]] = _either(kept[places[holder]], item)
    return kept


def _holder(item: Any) -> tuple[object, object] | None:
    """Return whom an entry of a list is about, or None when it is about nobody."""
    if not isinstance(item, dict):
        return None
    entity = item.get("entity") if "entity" in item else item if item.keys() <= NAMING else None
    return (entity.get("type"), entity["code"]) if isinstance(entity, dict) and entity.get("code") else None


def _either(first: JsonObject, second: JsonObject) -> JsonObject:
    """Return the first entry with the occasions of the second added."""
    return first | {key: True for key, value in second.items() if value is True}
