"""Finds where an app is not what it should be, place by place; what kintone adds of its own does not count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.bundle.field_types import BUILT_IN_TYPES
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import join_pointer

CLOSED: Mapping[PartName, re.Pattern[str]] = {
    PartName.FIELDS: re.compile(r"/properties(/[^/]+/(options|fields(/[^/]+/options)?))?"),
    PartName.VIEWS: re.compile("/views"),
    PartName.PROCESS: re.compile("/states"),
    PartName.REPORTS: re.compile("/reports"),
    PartName.ACTIONS: re.compile("/actions"),
}
"""Where things are kept by name, so that one more is a difference, and their numbers tell nothing but their order."""

NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where an app is not what it should be."""

    app_key: str
    part: PartName
    pointer: str
    """JSON pointer (RFC 6901) inside the part."""
    wanted: Any
    """None where nothing should be."""
    found: Any
    """None where nothing is."""


def match_apps(wanted: AppDefinition, found: AppDefinition) -> list[Mismatch]:
    """Return each place where an app differs from what was wanted.

    Only what is wanted is compared: parts and attributes of which it says nothing are kintone's defaults. Files
    are compared by their content, numbers by how they are written, order numbers by the order they give.
    """
    found_parts = {part: with_digests(content, found.files) for part, content in found.parts.items()}
    return [
        Mismatch(wanted.key, part, pointer, *pair)
        for part, content in wanted.parts.items()
        for pointer, *pair in _Match(part).compare(with_digests(content, wanted.files), found_parts.get(part), "")
    ]


Difference = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class _Match:
    part: PartName

    def compare(self, wanted: Any, found: Any, pointer: str) -> Iterator[Difference]:
        if isinstance(wanted, dict) and isinstance(found, dict):
            yield from self._compare_objects(wanted, found, pointer)
        elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
            for index, pair in enumerate(zip(wanted, found, strict=True)):
                yield from self.compare(*pair, join_pointer(pointer, index))
        elif not are_same(wanted, found):
            yield pointer, wanted, found

    def _compare_objects(self, wanted: JsonObject, found: JsonObject, pointer: str) -> Iterator[Difference]:
        pattern = CLOSED.get(self.part)
        if pattern is not None and pattern.fullmatch(pointer):
            wanted, found = by_rank(wanted, wanted), by_rank(found, wanted)
            for name in sorted(found.keys() - wanted.keys()):
                if not is_kintones_own(found[name]):
                    yield join_pointer(pointer, name), None, found[name]
        for name, value in wanted.items():
            if self._is_kintones_to_say(name, value):
                continue
            yield from self.compare(value, found.get(name), join_pointer(pointer, name))

    def _is_kintones_to_say(self, name: str, value: Any) -> bool:
        """Tell what kintone writes itself: an order that was left to it, a plug-in's name in the reader's language."""
        return (name == "sort" and not value) or (self.part is PartName.PLUGINS and name == "name")


def are_same(wanted: Any, found: Any) -> bool:
    """Compare plain values: kintone writes numbers as strings, and nothing at all in several ways."""
    if isinstance(wanted, dict | list) or isinstance(found, dict | list):
        return _is_nothing(wanted) and _is_nothing(found)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return bool(wanted) is bool(found)
    return str("" if wanted is None else wanted) == str("" if found is None else found)


def _is_nothing(value: Any) -> bool:
    """Tell whether a value is one of the ways to say nothing."""
    return value in NOTHING or (isinstance(value, dict) and all(member in NOTHING for member in value.values()))


def is_kintones_own(member: Any) -> bool:
    """Tell whether kintone keeps a field or a view in every app of the kind, asked or not."""
    return isinstance(member, dict) and (member.get("type") in BUILT_IN_TYPES or "builtinType" in member)


def by_rank(members: JsonObject, names: Collection[str]) -> JsonObject:
    """Return members with their order numbers replaced by the order itself, or without where some have no number."""
    numbers = {name: _number(members[name]) for name in members if name in names}
    known = {name: number for name, number in numbers.items() if number is not None}
    if not known:
        return members
    ordered = sorted(known, key=lambda name: known[name]) if len(known) == len(numbers) else []
    ranks = {name: {"index": rank} for rank, name in enumerate(ordered)}
    return {name: {**_without_index(one), **ranks.get(name, {})} for name, one in members.items()}


def _number(member: Any) -> int | None:
    index = str(member.get("index", "")) if isinstance(member, dict) else ""
    return int(index) if index.isdecimal() else None


def _without_index(member: Any) -> JsonObject:
    return {key: value for key, value in member.items() if key != "index"}


def with_digests(value: Any, files: Mapping[str, bytes]) -> Any:
    """Return a part with the content of files in place of their paths."""
    if isinstance(value, list):
        return [with_digests(item, files) for item in value]
    if not isinstance(value, dict):
        return value
    path = value.get("path")
    if isinstance(path, str) and path in files:
        return {"sha256": hashlib.sha256(files[path]).hexdigest()}
    return {key: with_digests(inner, files) for key, inner in value.items()}
