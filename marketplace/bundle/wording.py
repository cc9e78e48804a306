"""Writes an app that was read back as the author wrote it before, wherever it still says the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from marketplace.bundle.matching import CLOSED, are_same, by_rank, is_kintones_own, with_digests
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import join_pointer, walk

DEFAULTS: dict[str, Any] = {
    "size": {"width": "193"},
    "align": "HORIZONTAL",
    "unitPosition": "BEFORE",
    "thumbnailSize": "150",
    "device": "ANY",
    "pager": True,
}
"""What kintone writes of its own where an author said nothing; other such values are empty or switched off."""


def keep_wording(written: AppDefinition, expected: AppDefinition, found: AppDefinition) -> AppDefinition:
    """Return an app as it was found, in the words of `written` wherever it is what was expected of those words.

    `expected` is what installing `written` makes in the workspace: there, placeholders may have been left out. What
    somebody changed stands as it was found. Sample records are no part of this.
    """
    found = _with_paths_of(written, found)
    parts = {part: _settle_part(part, written, expected, found) for part in found.parts}
    silent: dict[PartName, JsonObject] = {
        part: content
        for part, content in written.parts.items()
        if part not in parts and part is not PartName.RECORDS and _is_hollow(expected.parts.get(part))
    }
    return replace(found, parts={**parts, **silent}, files=_files_of(parts, written, found))


def _with_paths_of(written: AppDefinition, found: AppDefinition) -> AppDefinition:
    """Return an app whose files have the paths they had before, if their content is the same."""
    known = {content: path for path, content in reversed(list(written.files.items()))}
    paths = {path: known.get(content, path) for path, content in found.files.items()}
    taken = Counter(paths.values())
    paths = {path: new if taken[new] == 1 else path for path, new in paths.items()}
    if len(set(paths.values())) < len(paths):
        return found
    parts = {part: _with_paths(content, paths) for part, content in found.parts.items()}
    return replace(found, parts=parts, files={paths[path]: content for path, content in found.files.items()})


def _with_paths(value: Any, paths: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_paths(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: paths.get(inner, inner) if name == "path" and isinstance(inner, str) else _with_paths(inner, paths)
        for name, inner in value.items()
    }


def _files_of(parts: dict[PartName, JsonObject], written: AppDefinition, found: AppDefinition) -> dict[str, bytes]:
    """Return the files that the parts name; equal ones of the author may have had several paths."""
    named = {
        value["path"]
        for content in parts.values()
        for _pointer, value in walk(content)
        if isinstance(value, dict) and isinstance(value.get("path"), str)
    }
    return {path: content for path, content in {**written.files, **found.files}.items() if path in named}


def _settle_part(part: PartName, written: AppDefinition, expected: AppDefinition, found: AppDefinition) -> JsonObject:
    if part not in written.parts:
        return found.parts[part]
    settled: JsonObject = _Settling(part, expected, found).settle(
        written.parts[part], expected.parts.get(part), found.parts[part], ""
    )
    return settled


@dataclass(frozen=True, slots=True)
class _Settling:
    part: PartName
    expected: AppDefinition
    found: AppDefinition

    def settle(self, written: Any, expected: Any, found: Any, pointer: str) -> Any:
        """Return what was written if what was found is what it should have become, else look further inside."""
        wanted, present = with_digests(expected, self.expected.files), with_digests(found, self.found.files)
        if self._agree(wanted, present, pointer):
            return written
        if isinstance(written, dict) and isinstance(found, dict):
            return self._settle_object(written, expected if isinstance(expected, dict) else {}, found, pointer)
        lists = (written, expected, found)
        if all(isinstance(each, list) for each in lists) and len({len(each) for each in lists}) == 1:
            return [self.settle(*each, join_pointer(pointer, at)) for at, each in enumerate(zip(*lists, strict=True))]
        return found

    def _settle_object(self, written: JsonObject, expected: JsonObject, found: JsonObject, pointer: str) -> JsonObject:
        settled = {
            name: self.settle(written[name], expected.get(name), value, join_pointer(pointer, name))
            if name in written
            else value
            for name, value in found.items()
            if name in written or not self._is_unsaid(name, value, pointer)
        }
        silent = {name: written[name] for name in written.keys() - found.keys() if _is_hollow(expected.get(name))}
        return {**settled, **silent}

    def _agree(self, expected: Any, found: Any, pointer: str) -> bool:
        if isinstance(expected, dict) and isinstance(found, dict):
            return self._objects_agree(expected, found, pointer)
        if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            pairs = enumerate(zip(expected, found, strict=True))
            return all(self._agree(*pair, join_pointer(pointer, at)) for at, pair in pairs)
        return are_same(expected, found)

    def _objects_agree(self, expected: JsonObject, found: JsonObject, pointer: str) -> bool:
        if self._is_closed(pointer):
            expected, found = by_rank(expected, expected), by_rank(found, expected)
        names = expected.keys() | found.keys()
        return all(self._members_agree(name, expected, found, pointer) for name in names)

    def _members_agree(self, name: str, expected: JsonObject, found: JsonObject, pointer: str) -> bool:
        if name not in expected:
            return self._is_unsaid(name, found[name], pointer)
        if name == "sort" and not expected[name]:
            return True
        return self._agree(expected[name], found.get(name), join_pointer(pointer, name))

    def _is_unsaid(self, name: str, value: Any, pointer: str) -> bool:
        """Tell whether something of which the author said nothing is only what kintone adds of its own."""
        if self._is_closed(pointer):
            return is_kintones_own(value)
        return value is False or _is_hollow(value) or value == DEFAULTS.get(name)

    def _is_closed(self, pointer: str) -> bool:
        pattern = CLOSED.get(self.part)
        return pattern is not None and pattern.fullmatch(pointer) is not None


def _is_hollow(value: Any) -> bool:
    """Tell whether a value says nothing, however deep it is."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value in (None, "") or (isinstance(value, dict | list) and all(map(_is_hollow, members)))
