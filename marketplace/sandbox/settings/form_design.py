"""The form as one list, the way kintone's first API for it showed it: switches as words, unset limits as null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.standard_fields import SWITCHED
from marketplace.sandbox.settings.store import Document

DECORATIONS = {"LABEL": ("label",), "SPACER": ("elementId",), "HR": ()}
"""What stands in the layout only, with what is told of it."""
LIMITS = ("minLength", "maxLength", "minValue", "maxValue", "displayScale")
PLAIN = ("defaultValue", "expression", "format", "protocol", "unit", "unitPosition")
SWITCHES = ("noLabel", "required", "unique", "digit", "hideExpression")
UNLISTED = SWITCHED | {"GROUP"}


def describe_form(properties: Mapping[str, Property], layout: list[Document]) -> list[Document]:
    """Return fields and decorations in the order of the layout, then the fields it leaves out."""
    described = [_describe_cell(cell, properties) for cell in _cells(layout)]
    placed = {each["code"] for each in described if "code" in each}
    left = [each for code, each in properties.items() if code not in placed and each["type"] not in UNLISTED]
    return described + [_describe(each) for each in left]


def _cells(layout: list[Document]) -> Iterator[Document]:
    for row in layout:
        if row["type"] == "GROUP":
            yield from _cells(row["layout"])
        elif row["type"] == "SUBTABLE":
            yield row
        else:
            yield from row["fields"]


def _describe_cell(cell: Document, properties: Mapping[str, Property]) -> Document:
    kind = cell["type"]
    if kind in DECORATIONS:
        return {"type": kind, **{key: cell.get(key, "") for key in DECORATIONS[kind]}}
    return _describe(properties[cell["code"]])


def _describe(property_: Property) -> Document:
    described: Document = {key: property_[key] for key in ("type", "code", "label")}
    described |= {key: property_[key] for key in PLAIN if key in property_}
    described |= {key: property_[key] or None for key in LIMITS if key in property_}
    described |= {key: _word(property_[key]) for key in SWITCHES if key in property_}
    if property_.get("defaultNowValue"):
        described["defaultExpression"] = "NOW"
    if "options" in property_:
        described["options"] = _options(property_["options"])
    link = property_.get("lookup") or property_.get("referenceTable")
    if link:
        described["relatedApp"] = link["relatedApp"]["app"]
    if "fields" in property_:
        described["fields"] = [_describe(column) for column in property_["fields"].values()]
    return described


def _options(options: Mapping[str, Any]) -> list[str]:
    return [each["label"] for each in sorted(options.values(), key=lambda option: int(option["index"]))]


def _word(switch: object) -> str:
    return "true" if switch is True or switch == "true" else "false"
