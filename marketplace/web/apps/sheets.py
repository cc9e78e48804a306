"""Values of records as people read them, and the cells of lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from marketplace.kernel.text import Language
from marketplace.web.app_sheets import plain_text
from marketplace.web.dates import day_text, moment_text

JsonObject = dict[str, Any]
NUMBER_TYPES = {"NUMBER", "CALC", "RECORD_NUMBER", "__ID__"}
NAMED_TYPES = {"CREATOR", "MODIFIER"}
NAMED_LIST_TYPES = {"USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT", "STATUS_ASSIGNEE", "FILE"}
WITHOUT_CELLS = {"SUBTABLE", "GROUP", "REFERENCE_TABLE"}
LONGEST_CELL = 80
WEB_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as people read it."""

    text: str
    is_number: bool = False
    address: str | None = None
    """Where a link field leads; only web addresses become links."""
    is_date: bool = False


def show_value(kind: str, value: Any, settings: JsonObject, language: Language) -> Cell:
    """Return a value in REST shape as people read it."""
    if value is None or value in ("", []):
        return Cell("", kind in NUMBER_TYPES)
    if kind in NUMBER_TYPES:
        return Cell(_number(str(value), settings), is_number=True)
    if kind in NAMED_TYPES:
        return Cell(str(value.get("name") or value.get("code", "")))
    if kind in NAMED_LIST_TYPES:
        return Cell("、".join(str(each.get("name") or each.get("code", "")) for each in value))
    if isinstance(value, list):
        return Cell("、".join(str(each) for each in value))
    return _text_cell(kind, str(value), settings, language)


def _text_cell(kind: str, value: str, settings: JsonObject, language: Language) -> Cell:
    match kind:
        case "DATE":
            return Cell(_dated(value, language), is_date=True)
        case "DATETIME" | "CREATED_TIME" | "UPDATED_TIME":
            return Cell(_timed(value, language), is_date=True)
        case "RICH_TEXT":
            return Cell(plain_text(value))
        case "LINK":
            return Cell(value, address=_link(value, str(settings.get("protocol", "WEB"))))
        case _:
            return Cell(value)


def _link(value: str, protocol: str) -> str | None:
    if protocol == "WEB":
        return value if value.lower().startswith(WEB_SCHEMES) else None
    return f"{'tel' if protocol == 'CALL' else 'mailto'}:{value}"


def _dated(value: str, language: Language) -> str:
    try:
        return day_text(date.fromisoformat(value), language)
    except ValueError:
        return value


def _timed(value: str, language: Language) -> str:
    try:
        return moment_text(datetime.fromisoformat(value), language)
    except ValueError:
        return value


def _number(value: str, settings: JsonObject) -> str:
    """Set the thousands apart where the form does, and add the unit on its side."""
    shown = value
    if settings.get("digit") in {True, "true"} or settings.get("format") == "NUMBER_DIGIT":
        whole, point, decimals = value.partition(".")
        if whole.lstrip("-").isdigit():
            shown = f"{int(whole):,}{point}{decimals}"
    unit = str(settings.get("unit") or "")
    return f"{unit}{shown}" if settings.get("unitPosition") == "BEFORE" else f"{shown}{unit}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list."""

    code: str
    label: str
    is_number: bool


def list_columns(properties: Mapping[str, JsonObject], codes: list[str]) -> list[Column]:
    """Return the columns of a list, without those that do not fit into a cell."""
    columns = []
    for code in codes:
        settings = properties.get(code)
        if settings is not None and settings.get("type") not in WITHOUT_CELLS:
            label = str(settings.get("label") or code)
            columns.append(Column(code, label, settings.get("type") in NUMBER_TYPES and "lookup" not in settings))
    return columns


def list_cells(
    record: JsonObject, columns: list[Column], properties: Mapping[str, JsonObject], language: Language
) -> list[Cell]:
    """Return one record's cells, cut to what fits; the record's page shows them whole."""
    return [_shorten(_cell(record, column.code, properties, language)) for column in columns]


def _cell(record: JsonObject, code: str, properties: Mapping[str, JsonObject], language: Language) -> Cell:
    held = record.get(code) or {}
    settings = properties.get(code, {})
    return show_value(str(held.get("type") or settings.get("type", "")), held.get("value"), settings, language)


def _shorten(cell: Cell) -> Cell:
    """Cut a long text, and leave the era out of a date."""
    if cell.is_date:
        return replace(cell, text=re.sub("（.*?）", "", cell.text))
    if len(cell.text) <= LONGEST_CELL:
        return cell
    return replace(cell, text=cell.text[:LONGEST_CELL] + "…")
