"""Checks that the layout places each field once, with its own type and, for tables, its own columns."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.field_types import BUILT_IN_TYPES, type_name
from marketplace.bundle.model import Finding, JsonObject, PartName
from marketplace.kernel.text import Text

DECORATIONS = frozenset({"LABEL", "SPACER", "HR"})
Placed = tuple[str, str, Place, JsonObject | None]
"""A code, a type, the place, and the row itself where it is a table."""


def check_layout(form: Form) -> Iterator[Finding]:
    """Yield where layout and fields differ."""
    layout = form.app.parts[PartName.LAYOUT]["layout"]
    place = place_of(form.app, PartName.LAYOUT, "/layout")
    placed: set[str] = set()
    for code, type_, where, row in _placed_fields(layout, place):
        definition = form.app.fields.get(code)
        if definition is None:
            yield _unknown(code, where)
        elif code in placed:
            yield where.error(
                "layout-field-twice",
                Text(f"フィールド「{code}」が2か所に置かれています。", f"The field “{code}” is placed twice."),
                Text("どちらか一方を取り除いてください。", "Remove one of them."),
            )
        elif definition["type"] != type_:
            yield _wrong_type(code, definition["type"], type_, where)
        elif row is not None:
            yield from _check_columns(code, definition, row, where)
        placed.add(code)
    for code, definition in form.app.fields.items():
        if code not in placed and definition["type"] not in BUILT_IN_TYPES:
            yield place.error(
                "layout-field-missing",
                Text(f"フィールド「{code}」が配置されていません。", f"The field “{code}” has no place in the layout."),
                Text("layout.jsonに加えるか、フィールドを取り除いてください。", "Add it to layout.json, or remove it."),
            )


def _placed_fields(rows: list[JsonObject], place: Place) -> Iterator[Placed]:
    for index, row in enumerate(rows):
        where = place.at(index)
        if row["type"] == "SUBTABLE":
            yield row["code"], "SUBTABLE", where, row
        elif row["type"] == "GROUP":
            yield row["code"], "GROUP", where, None
            yield from _placed_fields(row["layout"], where.at("layout"))
        else:
            for position, cell in enumerate(row["fields"]):
                if cell["type"] not in DECORATIONS:
                    yield cell["code"], cell["type"], where.at("fields", position), None


def _check_columns(table: str, definition: JsonObject, row: JsonObject, place: Place) -> Iterator[Finding]:
    columns = definition.get("fields", {})
    placed = [cell.get("code", "") for cell in row["fields"]]
    if sorted(placed) != sorted(columns):
        yield place.at("fields").error(
            "layout-table-columns",
            Text(
                f"テーブル「{table}」の列が、fields.jsonと一致しません。",
                f"The columns of the table “{table}” differ from fields.json.",
            ),
            Text("すべての列を1回ずつ並べてください。", "List each column exactly once."),
        )
    for position, cell in enumerate(row["fields"]):
        column = columns.get(cell.get("code"))
        if column and column["type"] != cell["type"]:
            yield _wrong_type(cell["code"], column["type"], cell["type"], place.at("fields", position))


def _unknown(code: str, place: Place) -> Finding:
    return place.error(
        "layout-field-unknown",
        Text(f"フィールド「{code}」はfields.jsonにありません。", f"The field “{code}” is not in fields.json."),
        Text(
            "fields.jsonに加えるか、配置から取り除いてください。作成者などの標準フィールドも、置くならfields.jsonに書きます。",
            "Add it to fields.json, or take it out of the layout; built-in fields that are placed need an entry too.",
        ),
    )


def _wrong_type(code: str, wanted: str, found: str, place: Place) -> Finding:
    return place.at("type").error(
        "layout-field-type",
        Text(
            f"フィールド「{code}」の種類が違います（fields.jsonでは{type_name(wanted)}、配置では{type_name(found)}）。",
            f"The field “{code}” is {wanted} in fields.json but {found} in the layout.",
        ),
        Text(f"typeを{wanted}に直してください。", f"Change the type to {wanted}."),
    )
