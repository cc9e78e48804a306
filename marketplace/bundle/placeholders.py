"""Placeholders in the parts of an app: where they stand, and their replacement by the codes of a workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.bundle.conditions import quote
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import join_pointer, walk_objects

PLACEHOLDER = re.compile(r"\{\{([a-z0-9]+(?:-[a-z0-9]+)*)\}\}")
CONDITION_KEY = "filterCond"
EVERYONE = {"type": "GROUP", "code": "everyone"}
Objects = Sequence[tuple[PartName, str, JsonObject]]
Trail = tuple[()] | tuple["Trail", str | int]
"""The way to a value, step by step: it becomes a pointer only where something is dropped."""
RIGHTS_OFF: dict[str, JsonObject] = {
    "record": {"entity": EVERYONE, "includeSubs": False, "viewable": False, "editable": False, "deletable": False},
    "field": {"entity": EVERYONE, "includeSubs": False, "accessibility": "NONE"},
}


@dataclass(frozen=True, slots=True)
class PlaceholderUse:
    """One place where a placeholder stands."""

    key: str
    part: PartName
    pointer: str
    kind: str | None
    """USER, GROUP or ORGANIZATION where the place says so; None inside conditions and records."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A placeholder that was left unmapped, and where something was dropped because of it."""

    key: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """A part with its placeholders replaced, and what had to be dropped."""

    content: JsonObject
    dropped: tuple[Dropped, ...]


def placeholder_of(code: object) -> str | None:
    """Return the key of the placeholder that a code is, or None when it is none."""
    match = PLACEHOLDER.fullmatch(code) if isinstance(code, str) else None
    return match[1] if match else None


def find_placeholders(app: AppDefinition) -> list[PlaceholderUse]:
    """Return every use of a placeholder in the parts of an app."""
    return uses_among(objects_of(app))


def objects_of(app: AppDefinition) -> Objects:
    """Return every object in the parts of an app, with its part and pointer."""
    return [(part, pointer, value) for part, content in app.parts.items() for pointer, value in walk_objects(content)]


def uses_among(objects: Objects) -> list[PlaceholderUse]:
    """Return every use of a placeholder in the objects of an app."""
    found = []
    for part, pointer, value in objects:
        key = placeholder_of(value.get("code"))
        if key is not None:
            kind = value.get("type")
            found.append(
                PlaceholderUse(key, part, join_pointer(pointer, "code"), kind if isinstance(kind, str) else None)
            )
        condition = value.get(CONDITION_KEY)
        if isinstance(condition, str):
            place = join_pointer(pointer, CONDITION_KEY)
            found += [PlaceholderUse(key, part, place, None) for key in PLACEHOLDER.findall(condition)]
    return found


def substitute(part: PartName, content: JsonObject, codes: Mapping[str, str | None]) -> Substitution:
    """Return a part with each placeholder replaced by its code.

    What is unmapped is dropped from the list it stands in; inside a condition it becomes the empty string "". A record
    or field right that loses everybody it named still restricts: it turns into one that gives everyone nothing, so
    that an unmapped placeholder never opens what the author had closed. A notification without targets is dropped.
    """
    work = _Work(codes)
    replaced = work.replace(content, ())
    if part is PartName.PERMISSIONS:
        _close_rights(replaced)
    elif part is PartName.NOTIFICATIONS:
        _drop_untargeted(content, replaced)
    return Substitution(replaced, tuple(work.dropped))


@dataclass(slots=True)
class _Work:
    codes: Mapping[str, str | None]
    dropped: list[Dropped] = field(default_factory=list)

    def replace(self, value: Any, trail: Trail) -> Any:
        if isinstance(value, list):
            return [
                self.replace(item, (trail, index))
                for index, item in enumerate(value)
                if not self._is_dropped(item, (trail, index))
            ]
        if isinstance(value, dict):
            return {key: self._replace_member(key, inner, trail) for key, inner in value.items()}
        return value

    def _replace_member(self, key: str, value: Any, trail: Trail) -> Any:
        if isinstance(value, str):
            if key == "code" and (name := placeholder_of(value)) is not None:
                return self.codes.get(name) or ""
            if key == CONDITION_KEY:
                return PLACEHOLDER.sub(lambda match: self._in_condition(match[1], (trail, key)), value)
            return value
        return self.replace(value, (trail, key))

    def _in_condition(self, name: str, trail: Trail) -> str:
        code = self.codes.get(name)
        if not code:
            self._drop(name, trail)
            return ""
        return quote(code)

    def _is_dropped(self, item: Any, trail: Trail) -> bool:
        """Tell whether a list member names somebody who is unmapped, by itself or as its entity."""
        if not isinstance(item, dict):
            return False
        entity = item.get("entity")
        name = placeholder_of((entity if isinstance(entity, dict) else item).get("code"))
        if name is None or self.codes.get(name):
            return False
        self._drop(name, trail)
        return True

    def _drop(self, name: str, trail: Trail) -> None:
        steps: list[object] = []
        while trail:
            trail, step = trail
            steps.append(step)
        self.dropped.append(Dropped(name, join_pointer("", *reversed(steps))))


def _close_rights(content: JsonObject) -> None:
    for level, nothing in RIGHTS_OFF.items():
        for right in content.get(level, {}).get("rights", ()):
            if not right["entities"]:
                right["entities"] = [dict(nothing)]


def _drop_untargeted(before: JsonObject, after: JsonObject) -> None:
    for level in ("perRecord", "reminder"):
        if level in before:
            kept = [
                notification
                for old, notification in zip(before[level]["notifications"], after[level]["notifications"], strict=True)
                if notification["targets"] or not old["targets"]
            ]
            after[level]["notifications"] = kept
