"""The layout of the form: rows, tables and groups that place every field exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError, LayoutIncompleteError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.form_traces import default_size
from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.shapes import Digits, Either, ListOf, Obj, Problems, Txt, may, need
from marketplace.sandbox.settings.standard_fields import RENAMEABLE, STANDARD
from marketplace.sandbox.settings.store import Document, Preview

PLACED_TWICE = Text("フィールドが重複して配置されています。", "The field is placed more than once.")
TYPE_DIFFERS = Text("フィールドの種類が正しくありません。", "The field type is not correct.")
COLUMNS_DIFFER = Text(
    "テーブル内のフィールドがフォームの設定と一致していません。",
    "The fields in the table do not match those of the form.",
)
NOT_IN_A_ROW = Text("このフィールドは行に配置できません。", "This field cannot be placed in a row.")

_SIZE = may(
    Obj(
        {
            "width": may(Digits(may_be_empty=True)),
            "height": may(Digits(may_be_empty=True)),
            "innerHeight": may(Digits(may_be_empty=True)),
        }
    )
)
_FIELD = Obj({"code": need(Txt(shortest=1)), "size": _SIZE})
_FIELD_TYPES = (
    "RECORD_NUMBER CREATOR CREATED_TIME MODIFIER UPDATED_TIME SINGLE_LINE_TEXT MULTI_LINE_TEXT RICH_TEXT NUMBER CALC "
    "RADIO_BUTTON CHECK_BOX MULTI_SELECT DROP_DOWN DATE TIME DATETIME FILE LINK USER_SELECT ORGANIZATION_SELECT "
    "GROUP_SELECT REFERENCE_TABLE"
)
_CELL = Either(
    "type",
    {
        **dict.fromkeys(_FIELD_TYPES.split(), _FIELD),
        "LABEL": Obj({"label": may(Txt(), otherwise=""), "size": _SIZE}),
        "SPACER": Obj({"elementId": may(Txt(longest=64), otherwise=""), "size": _SIZE}),
        "HR": Obj({"size": _SIZE}),
    },
)
_CELLS = need(ListOf(_CELL, most=500))
_ROW = Obj({"fields": _CELLS})
SHAPE = ListOf(
    Either(
        "type",
        {
            "ROW": _ROW,
            "SUBTABLE": Obj({"code": need(Txt(shortest=1)), "fields": _CELLS}),
            "GROUP": Obj({"code": need(Txt(shortest=1)), "layout": need(ListOf(Either("type", {"ROW": _ROW}), 500))}),
        },
    ),
    most=1000,
)


def replace_layout(preview: Preview, given: object) -> None:
    """Replace the whole layout.

    Raises InvalidInputError, FieldNotFoundError, or LayoutIncompleteError for a field that is left out.
    """
    problems = Problems()
    rows: list[Document] = SHAPE.read(given, "layout", problems)
    problems.refuse()
    properties = preview.properties()
    placed: set[str] = set()
    for key, kind, code in _placements(rows):
        _check_placement(properties, placed, code, kind, key, problems)
        placed.add(code)
    for index, row in enumerate(rows):
        if row["type"] == "SUBTABLE":
            _check_columns(properties[row["code"]], row, f"layout[{index}]", problems)
    problems.refuse()
    for code, property_ in properties.items():
        if property_["type"] not in STANDARD and code not in placed:
            raise LayoutIncompleteError(code=code)
    _fill_sizes(rows)
    preview.write(Part.LAYOUT, {"layout": rows})


def _placements(rows: list[Document], prefix: str = "layout") -> Iterator[tuple[str, str, str]]:
    """Yield key, type and code of everything placed outside tables."""
    for index, row in enumerate(rows):
        key = f"{prefix}[{index}]"
        if row["type"] == "ROW":
            for position, cell in enumerate(row["fields"]):
                if "code" in cell:
                    yield f"{key}.fields[{position}]", cell["type"], cell["code"]
        else:
            yield key, row["type"], row["code"]
            yield from _placements(row.get("layout", []), f"{key}.layout")


def _check_placement(
    properties: dict[str, Property], placed: set[str], code: str, kind: str, key: str, problems: Problems
) -> None:
    if code not in properties:
        if any(code in table.get("fields", {}) for table in properties.values()):
            problems.add(f"{key}.code", NOT_IN_A_ROW)
            return
        raise FieldNotFoundError(code=code)
    if properties[code]["type"] != kind:
        problems.add(f"{key}.type", TYPE_DIFFERS)
    if code in placed:
        problems.add(f"{key}.code", PLACED_TWICE)


def _check_columns(table: Property, row: Document, key: str, problems: Problems) -> None:
    given = [(cell.get("code"), cell["type"]) for cell in row["fields"]]
    columns = {(code, column["type"]) for code, column in table.get("fields", {}).items()}
    if len(given) != len(columns) or set(given) != columns:
        problems.add(f"{key}.fields", COLUMNS_DIFFER)


def _fill_sizes(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        _fill_sizes(row.get("layout", []))
        for cell in row.get("fields", []):
            size = default_size(cell["type"])
            if cell["type"] in RENAMEABLE or (size and "code" in cell):
                cell["size"] = {**size, **cell.get("size", {})}
