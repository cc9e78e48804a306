"""Where a form's codes stand outside its fields: layout, views, permissions, title; kept in step with the fields."""

from __future__ import annotations

from typing import Any

from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.properties import Property
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


def forget(preview: Preview, codes: set[str]) -> None:
    """Take deleted fields out of layout, views and field permissions."""
    preview.write(Part.LAYOUT, {"layout": _without(preview.read(Part.LAYOUT)["layout"], codes)})
    views = preview.read(Part.VIEWS)["views"]
    for view in views.values():
        if "fields" in view:
            view["fields"] = [code for code in view["fields"] if code not in codes]
    preview.write(Part.VIEWS, {"views": views})
    rights = preview.read(Part.FIELD_ACL)["rights"]
    preview.write(Part.FIELD_ACL, {"rights": [right for right in rights if right["code"] not in codes]})
    settings = preview.read(Part.SETTINGS)
    if settings["titleField"].get("code") in codes:
        preview.write(Part.SETTINGS, {**settings, "titleField": {"selectionMode": "AUTO", "code": ""}})


def renamed_codes(old: dict[str, Property], new: dict[str, Property]) -> dict[str, str]:
    """Return the present code of each field that has got another one, found by the numbers of the fields."""
    codes = {property_["$id"]: code for code, property_ in _flat(new).items()}
    return {
        code: codes[property_["$id"]]
        for code, property_ in _flat(old).items()
        if codes.get(property_["$id"], code) != code
    }


def rename_inside(properties: dict[str, Property], codes: dict[str, str]) -> None:
    """Follow renamed fields in the lookups and related records of their own form."""
    for property_ in _flat(properties).values():
        for mapping in (property_.get("lookup") or {"fieldMappings": []})["fieldMappings"]:
            mapping["field"] = codes.get(mapping["field"], mapping["field"])
        table = property_.get("referenceTable")
        if table is not None:
            condition = table["condition"]
            condition["field"] = codes.get(condition["field"], condition["field"])


def rename_elsewhere(preview: Preview, codes: dict[str, str]) -> None:
    """Follow renamed fields in layout, views, field permissions and title."""
    if not codes:
        return
    preview.write(Part.LAYOUT, {"layout": _renamed_rows(preview.read(Part.LAYOUT)["layout"], codes)})
    views = preview.read(Part.VIEWS)["views"]
    for view in views.values():
        for name in ("date", "title"):
            if name in view:
                view[name] = codes.get(view[name], view[name])
        if "fields" in view:
            view["fields"] = [codes.get(code, code) for code in view["fields"]]
    preview.write(Part.VIEWS, {"views": views})
    rights = preview.read(Part.FIELD_ACL)["rights"]
    preview.write(
        Part.FIELD_ACL, {"rights": [{**right, "code": codes.get(right["code"], right["code"])} for right in rights]}
    )
    settings = preview.read(Part.SETTINGS)
    title = settings["titleField"]
    title["code"] = codes.get(title.get("code", ""), title.get("code", ""))
    preview.write(Part.SETTINGS, settings)


def _flat(properties: dict[str, Property]) -> dict[str, Property]:
    found = dict(properties)
    for table in properties.values():
        found |= table.get("fields", {})
    return found


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


def _without(rows: list[Document], codes: set[str]) -> list[Document]:
    kept: list[Document] = []
    for row in rows:
        if row.get("code") in codes:
            continue
        if row["type"] == "ROW":
            fields = [field for field in row["fields"] if field.get("code") not in codes]
            if fields or not row["fields"]:
                kept.append({**row, "fields": fields})
        elif row["type"] == "GROUP":
            kept.append({**row, "layout": _without(row["layout"], codes)})
        else:
            kept.append(row)
    return kept


def _renamed_rows(rows: list[Document], codes: dict[str, str]) -> list[Document]:
    renamed: list[Document] = []
    for row in rows:
        new: dict[str, Any] = {**row}
        for part in (new, *new.get("fields", [])):
            if "code" in part:
                part["code"] = codes.get(part["code"], part["code"])
        if "layout" in new:
            new["layout"] = _renamed_rows(new["layout"], codes)
        renamed.append(new)
    return renamed
