"""Finds where a record is not what was written into it, in the shapes in which kintone shows values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

from marketplace.bundle.field_types import BUILT_IN_TYPES, MULTIPLE_CHOICE, SELECTION_KINDS
from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.bundle.walking import join_pointer

MARKUP = re.compile(r"<[^<>]*>")
NOT_SHOWN = object()
"""Stands for the value of a field that an answer leaves out, as it does where a right hides the field."""

CellMismatch = tuple[str, Any, Any]
"""Where in the record, what was written, what is there."""


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """Compares the records of one app; what kintone computes is nobody's to write, and is not compared."""

    app: AppDefinition

    def compare(self, wanted: JsonObject, found: JsonObject) -> Iterator[CellMismatch]:
        """Yield each cell that differs; `wanted` is the body of a call with paths in place of file keys."""
        yield from self._cells(wanted, found, self.app.fields, "")

    def hidden(self, wanted: JsonObject, found: JsonObject) -> list[str]:
        """Return the codes of written fields that an answer does not show."""
        return [code for code in self._written(wanted, self.app.fields) if code not in found]

    def _written(self, cells: JsonObject, fields: Mapping[str, JsonObject]) -> list[str]:
        copied = self._copied()
        return [code for code in cells if code in fields and code not in copied and not _is_computed(fields[code])]

    def _copied(self) -> set[str]:
        return {
            str(mapping["field"])
            for top in self.app.fields.values()
            for field in (top, *top.get("fields", {}).values())
            for mapping in field.get("lookup", {}).get("fieldMappings", ())
        }

    def _cells(
        self, wanted: JsonObject, found: JsonObject, fields: Mapping[str, JsonObject], pointer: str
    ) -> Iterator[CellMismatch]:
        for code in self._written(wanted, fields):
            value, shown = wanted[code].get("value"), found.get(code, {}).get("value", NOT_SHOWN)
            if shown is not NOT_SHOWN:
                yield from self._cell(value, shown, fields[code], join_pointer(pointer, code))

    def _cell(self, wanted: Any, found: Any, field: JsonObject, pointer: str) -> Iterator[CellMismatch]:
        if field["type"] == "SUBTABLE":
            yield from self._rows(wanted or [], found or [], field["fields"], pointer)
        elif field["type"] == "FILE":
            mine, theirs = self._files(wanted), _shown_files(found)
            if mine != theirs:
                yield pointer, mine, theirs
        elif not _are_same(field["type"], wanted, found):
            yield pointer, wanted, found

    def _rows(
        self, wanted: list[JsonObject], found: list[JsonObject], fields: Mapping[str, JsonObject], pointer: str
    ) -> Iterator[CellMismatch]:
        # kintone shows one empty row where a table was given none.
        if len(wanted) != len(found) and wanted:
            yield pointer, f"{len(wanted)}", f"{len(found)}"
            return
        for index, pair in enumerate(zip(wanted, found, strict=False)):
            mine, theirs = (row["value"] for row in pair)
            yield from self._cells(mine, theirs, fields, join_pointer(join_pointer(pointer, index), "value"))

    def _files(self, value: Any) -> list[JsonObject]:
        """Return name and size: fetching the content would take a call for each file."""
        paths = [str(one["fileKey"]) for one in value or []]
        return [{"name": PurePosixPath(path).name, "size": str(len(self.app.files[path]))} for path in paths]


def _is_computed(field: JsonObject) -> bool:
    return field["type"] in BUILT_IN_TYPES or field["type"] == "CALC" or bool(field.get("expression"))


def _shown_files(value: Any) -> list[JsonObject]:
    return [{"name": one.get("name"), "size": str(one.get("size"))} for one in value or []]


def _are_same(type_: str, wanted: Any, found: Any) -> bool:
    if type_ in MULTIPLE_CHOICE:
        return sorted(wanted or []) == sorted(found or [])
    if type_ in SELECTION_KINDS:
        return {one["code"] for one in wanted or []} == {one["code"] for one in found or []}
    mine, theirs = ("" if value is None else str(value) for value in (wanted, found))
    return mine == theirs or _in_one_shape(type_, mine) == _in_one_shape(type_, theirs)


def _in_one_shape(type_: str, value: str) -> Any:
    """Return a value as it can be compared although kintone writes it in its own way."""
    with suppress(ValueError, InvalidOperation):
        return SHAPES.get(type_, _plain)(value)
    return value


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


SHAPES: Mapping[str, Callable[[str], Any]] = {
    "NUMBER": Decimal,
    "DATETIME": lambda value: datetime.fromisoformat(value).replace(second=0, microsecond=0),
    "TIME": lambda value: value.rjust(5, "0"),
    # kintone cleans the markup it is given.
    "RICH_TEXT": lambda value: "".join(MARKUP.sub(" ", value).split()),
}
