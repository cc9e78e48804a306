"""Makes of the answers on a form the fields and the layout as a bundle has them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.bundle.field_types import BUILT_IN_CODES
from marketplace.bundle.model import JsonObject, PartName
from marketplace.bundle.walking import walk
from marketplace.kernel.text import Text
from marketplace.kintone.field_types import UNTOUCHABLE_TYPES, is_built_in
from marketplace.kintone.reading.left_behind import APP_UNKNOWN, CATEGORY

DEFAULT_CODES: Mapping[str, frozenset[str]] = {
    "RECORD_NUMBER": frozenset({BUILT_IN_CODES["RECORD_NUMBER"], "Record_number", "记录编号"}),
    "CREATOR": frozenset({BUILT_IN_CODES["CREATOR"], "Created_by", "创建人"}),
    "CREATED_TIME": frozenset({BUILT_IN_CODES["CREATED_TIME"], "Created_datetime", "创建时间"}),
    "MODIFIER": frozenset({BUILT_IN_CODES["MODIFIER"], "Updated_by", "更新人"}),
    "UPDATED_TIME": frozenset({BUILT_IN_CODES["UPDATED_TIME"], "Updated_datetime", "更新时间"}),
}
"""The codes kintone gives the built-in fields, by the language of whoever makes the app."""


@dataclass
class FormReading:
    """The fields of a form as a bundle has them, and what had to be left."""

    fields: JsonObject = field(default_factory=dict)
    left: list[tuple[PartName, str, Text]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """The codes of fields that were dropped, so that the layout drops them too."""


def read_fields(properties: JsonObject, app_keys: Mapping[str, str]) -> FormReading:
    """Return the fields with apps named by their keys; what belongs to other settings is left out.

    A lookup into an app without a key becomes a plain field, and related records of one are left behind.
    """
    made = FormReading()
    for code, definition in properties.items():
        if definition["type"] in UNTOUCHABLE_TYPES:
            if definition["type"] == "CATEGORY" and definition.get("enabled"):
                made.left.append((PartName.FIELDS, code, CATEGORY))
            made.lost.add(code)
            continue
        read = _read_field(code, definition, app_keys, made)
        if read is not None:
            made.fields[code] = read
    return made


def _read_field(code: str, definition: JsonObject, app_keys: Mapping[str, str], made: FormReading) -> JsonObject | None:
    read = dict(definition)
    for name in ("lookup", "referenceTable"):
        if name in read:
            reference = _read_reference(read.pop(name), app_keys)
            if reference is not None:
                read[name] = reference
            else:
                made.left.append((PartName.FIELDS, code, APP_UNKNOWN))
    if read["type"] == "REFERENCE_TABLE" and "referenceTable" not in read:
        made.lost.add(code)
        return None
    for name in ("entities", "defaultValue"):
        if isinstance(read.get(name), list):
            read[name] = [_without_name(item) for item in read[name]]
    if "fields" in read:
        columns = {column: _read_field(column, inner, app_keys, made) for column, inner in read["fields"].items()}
        read["fields"] = {column: inner for column, inner in columns.items() if inner is not None}
    return read


def _read_reference(reference: JsonObject | None, app_keys: Mapping[str, str]) -> JsonObject | None:
    """Return where a field points; kintone tells nothing of an app that the account may not see."""
    key = app_keys.get(str(reference["relatedApp"]["app"])) if reference else None
    return {**reference, "relatedApp": {"app": key}} if reference and key is not None else None


def _without_name(item: Any) -> Any:
    return {key: value for key, value in item.items() if key != "name"} if isinstance(item, dict) else item


def drop_unsaid_built_ins(fields: JsonObject, others: Iterable[JsonObject]) -> JsonObject:
    """Return the fields less the built-in ones that kept their code and that no other field or part names."""
    plain = [one for one in fields.values() if not is_built_in(one)]
    named = [text for content in (*others, *plain) for _pointer, text in walk(content) if isinstance(text, str)]

    def is_said(code: str, definition: JsonObject) -> bool:
        return code not in DEFAULT_CODES[definition["type"]] or any(code in text for text in named)

    return {code: one for code, one in fields.items() if not is_built_in(one) or is_said(code, one)}


def read_layout(layout: list[JsonObject], lost: Container[str]) -> JsonObject:
    """Return the layout less the fields that were dropped, and less the rows this leaves empty."""
    items = [_read_item(item, lost) for item in layout]
    return {"layout": [item for item in items if item is not None]}


def _read_item(item: JsonObject, lost: Container[str]) -> JsonObject | None:
    if item["type"] == "GROUP":
        rows = [_read_item(row, lost) for row in item["layout"]]
        return {**item, "layout": [row for row in rows if row is not None]}
    cells = [cell for cell in item["fields"] if cell.get("code") not in lost]
    return {**item, "fields": cells} if cells or not item["fields"] else None
