"""The rows of the layout in step with the fields: where added ones stand, what becomes of renamed and deleted ones."""

from __future__ import annotations

from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.renames import Renames
from marketplace.sandbox.settings.standard_fields import STANDARD
from marketplace.sandbox.settings.store import Document, Preview

_WIDTH = "193"
_SIZES: dict[str, dict[str, str]] = {
    "MULTI_LINE_TEXT": {"width": "315", "innerHeight": "125"},
    "RICH_TEXT": {"width": "315", "innerHeight": "125"},
    "REFERENCE_TABLE": {},
}


def default_size(kind: str) -> dict[str, str]:
    """Return the size that the form gives a field until somebody chooses one."""
    return dict(_SIZES.get(kind, {"width": _WIDTH}))


def cell(property_: Property) -> Document:
    """Return a field's place in a row of the layout."""
    size = default_size(property_["type"])
    return {"type": property_["type"], "code": property_["code"], **({"size": size} if size else {})}


def place_added(preview: Preview, properties: dict[str, Property]) -> None:
    """Put fields that the layout does not know yet at its bottom, and new columns at the end of their table."""
    rows = preview.read(Part.LAYOUT)["layout"]
    placed = placed_codes(rows)
    for property_ in properties.values():
        code = property_["code"]
        if property_["type"] in STANDARD:
            continue
        if code not in placed:
            rows.append(_row(property_))
        elif property_["type"] == "SUBTABLE":
            _extend_table(rows, property_)
    preview.write(Part.LAYOUT, {"layout": rows})


def placed_codes(rows: list[Document]) -> set[str]:
    """Return the codes that a layout places outside tables, with those of tables and groups themselves."""
    codes: set[str] = set()
    for row in rows:
        if "code" in row:
            codes.add(row["code"])
        if row["type"] == "ROW":
            codes |= {field["code"] for field in row["fields"] if "code" in field}
        codes |= placed_codes(row.get("layout", []))
    return codes


def codes_in_group(preview: Preview, code: str) -> set[str]:
    """Return the codes of the fields that the layout places in a group."""
    rows = preview.read(Part.LAYOUT)["layout"]
    return {inner for row in rows if row.get("code") == code for inner in placed_codes(row.get("layout", []))}


def follow_rows(rows: list[Document], renames: Renames) -> list[Document]:
    """Return the rows with fields under their present codes; those that are gone leave, and the rows they emptied."""
    kept: list[Document] = []
    for row in rows:
        if row.get("code") in renames.gone:
            continue
        new = {**row}
        if "code" in row:
            new["code"] = renames.code(row["code"])
        if "fields" in row:
            new["fields"] = _follow_cells(row["fields"], renames)
        if "layout" in row:
            new["layout"] = follow_rows(row["layout"], renames)
        if row["type"] != "ROW" or new["fields"] or not row["fields"]:
            kept.append(new)
    return kept


def _follow_cells(cells: list[Document], renames: Renames) -> list[Document]:
    return [
        {**each, "code": renames.code(each["code"])} if "code" in each else each
        for each in cells
        if each.get("code") not in renames.gone
    ]


def _row(property_: Property) -> Document:
    match property_["type"]:
        case "SUBTABLE":
            columns = [cell(column) for column in property_["fields"].values()]
            return {"type": "SUBTABLE", "code": property_["code"], "fields": columns}
        case "GROUP":
            return {"type": "GROUP", "code": property_["code"], "layout": []}
        case _:
            return {"type": "ROW", "fields": [cell(property_)]}


def _extend_table(rows: list[Document], table: Property) -> None:
    for row in rows:
        if row.get("code") == table["code"]:
            known = {field["code"] for field in row["fields"]}
            row["fields"] += [cell(column) for code, column in table["fields"].items() if code not in known]
