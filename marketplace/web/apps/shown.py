"""The values of a record as its page and its form show them: texts, links, files, rich text, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from marketplace.kernel.text import Language
from marketplace.sandbox.form import Field, FieldType
from marketplace.web.apps.rich_text import show_rich_text
from marketplace.web.apps.sheets import NUMBER_TYPES, show_value

Document = dict[str, Any]
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
LARGEST_PICTURE = 10 * 1024 * 1024
THUMBNAIL_SIZES = {"50", "150", "250", "500"}
DATED = {"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"}
ERA = re.compile("（[^）]*）")
MOMENT_FORMATS = {"DATE": "DATE", "DATETIME": "DATETIME"}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attached file: where it is fetched, and its small picture if it is one."""

    name: str
    size: int
    address: str
    picture: str | None
    picture_size: str


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value in the form its type is read in; `kind` is text, lines, rich, number, date, link or files."""

    kind: str
    text: str = ""
    address: str | None = None
    markup: Markup | None = None
    files: tuple[ShownFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to read."""
        return not (self.text or self.markup or self.files)


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field on the record's page."""

    label: str
    is_label_hidden: bool
    value: ShownValue


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; numbers and what stands above them are set to the right."""

    label: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of a record."""

    label: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[ShownValue, ...], ...]


def show(field: Field, value: Any, files_address: str, language: Language) -> ShownValue:
    """Return a value in REST shape as it is shown; files are fetched below an address."""
    match field.type:
        case FieldType.FILE:
            return ShownValue("files", files=tuple(_file(each, field, files_address) for each in value or ()))
        case FieldType.RICH_TEXT:
            return ShownValue("rich", markup=show_rich_text(str(value or "")))
        case FieldType.MULTI_LINE_TEXT:
            return ShownValue("lines", str(value or ""))
    kind = _kind(field)
    cell = show_value(kind, value, dict(field.settings), language)
    if cell.address:
        return ShownValue("link", cell.text, cell.address)
    return ShownValue("number" if kind in NUMBER_TYPES and field.lookup is None else "text", cell.text)


def show_small(field: Field, value: Any, files_address: str, language: Language) -> ShownValue:
    """Return a value as the cell of a table shows it: without the era, which would break a date in two."""
    shown = show(field, value, files_address, language)
    if _kind(field) not in DATED or shown.kind != "text":
        return shown
    return replace(shown, kind="date", text=ERA.sub("", shown.text))


def heading(field: Field) -> Heading:
    """Return the head of a field's column."""
    return Heading(field.label, _kind(field) in NUMBER_TYPES and field.lookup is None)


def _kind(field: Field) -> str:
    """Return the type a value is read as: the format of a formula may be a date."""
    if field.type is FieldType.CALC:
        return MOMENT_FORMATS.get(str(field.settings.get("format")), field.type.value)
    return field.type.value


def _file(held: Document, field: Field, files_address: str) -> ShownFile:
    address = f"{files_address}&{urlencode({'key': held['fileKey']})}"
    size = int(held.get("size") or 0)
    is_picture = held.get("contentType") in PICTURES and size <= LARGEST_PICTURE
    wanted = str(field.settings.get("thumbnailSize") or "")
    return ShownFile(
        name=str(held["name"]),
        size=size,
        address=address,
        picture=f"{address}&picture=yes" if is_picture else None,
        picture_size=wanted if wanted in THUMBNAIL_SIZES else "50",
    )
