"""The cells of a list: what one record shows of itself in a row, cut to what fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from marketplace.kernel.text import Language, Text
from marketplace.web.apps.sheets import NUMBER_TYPES, show_value

LONGEST_CELL = 80
SHOWN_ROWS = 3
PROCESS_TYPES = {"STATUS", "STATUS_ASSIGNEE"}
UNSORTABLE = {"SUBTABLE", "CATEGORY", "FILE"}
MORE_ROWS = Text("ほか{count}行", "{count} more")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a list."""

    code: str
    label: str
    kind: str
    settings: Document

    @property
    def is_number(self) -> bool:
        """Tell whether its values are set to the right."""
        return self.kind in NUMBER_TYPES and "lookup" not in self.settings

    @property
    def is_sortable(self) -> bool:
        """Tell whether a list can be put in its order."""
        return self.kind not in UNSORTABLE


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record, to be downloaded."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ListCell:
    """One cell: a text, perhaps a link, or files, or the first rows of a table."""

    kind: str
    text: str = ""
    address: str | None = None
    is_number: bool = False
    is_date: bool = False
    files: tuple[Attachment, ...] = ()
    rows: tuple[str, ...] = ()


def list_columns(properties: Mapping[str, Document], codes: Sequence[str]) -> list[ListColumn]:
    """Return the columns of a list; codes that the form no longer has are passed over."""
    return [
        ListColumn(
            code, str(properties[code].get("label") or code), str(properties[code].get("type")), properties[code]
        )
        for code in codes
        if code in properties
    ]


def list_cells(record: Document, columns: Sequence[ListColumn], base: str, language: Language) -> list[ListCell]:
    """Return one record's cells; the record's page shows them whole."""
    files = f"{base}file?record={record['$id']['value']}"
    return [_cell(record.get(column.code) or {}, column, files, language) for column in columns]


def _cell(held: Document, column: ListColumn, files: str, language: Language) -> ListCell:
    value = held.get("value")
    if column.kind == "FILE":
        return ListCell(column.kind, files=tuple(_attachment(each, files) for each in value or ()))
    if column.kind == "SUBTABLE":
        return ListCell(column.kind, rows=tuple(_rows(value or [], column, language)))
    shown = show_value(column.kind, value, column.settings, language)
    # An era beside each date would fill the column; the record's page has it.
    text = re.sub("（.*?）", "", shown.text) if shown.is_date else shorten(shown.text)
    return ListCell(column.kind, text, shown.address, column.is_number, shown.is_date)


def _attachment(held: Document, files: str) -> Attachment:
    return Attachment(str(held.get("name", "")), f"{files}&key={quote(str(held.get('fileKey', '')))}")


def _rows(rows: Sequence[Document], column: ListColumn, language: Language) -> list[str]:
    columns: dict[str, Document] = column.settings.get("fields") or {}
    shown = [_row(each.get("value") or {}, columns, language) for each in rows[:SHOWN_ROWS]]
    more = len(rows) - SHOWN_ROWS
    return [*shown, MORE_ROWS.in_language(language, count=more)] if more > 0 else shown


def _row(held: Document, columns: Mapping[str, Document], language: Language) -> str:
    values = (
        show_value(str(settings.get("type")), (held.get(code) or {}).get("value"), settings, language).text
        for code, settings in columns.items()
    )
    return shorten(" / ".join(value for value in values if value)) or "―"


def shorten(text: str) -> str:
    """Return a text cut to what a cell holds."""
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"
