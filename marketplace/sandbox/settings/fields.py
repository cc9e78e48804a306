"""The form's fields: adding, changing and deleting them in the preview settings."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import REQUIRED_PARAMETER, FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings import form_traces
from marketplace.sandbox.settings.conditions import check_link_conditions
from marketplace.sandbox.settings.field_links import check_links, require_unreferenced
from marketplace.sandbox.settings.following import follow
from marketplace.sandbox.settings.link_following import follow_own_links
from marketplace.sandbox.settings.numbering import next_number, without_numbers
from marketplace.sandbox.settings.properties import (
    CODE_TAKEN,
    UNNUMBERED,
    Property,
    Reading,
    read_changed,
    read_new,
)
from marketplace.sandbox.settings.renames import Renames, every_field, renames_between
from marketplace.sandbox.settings.shape_messages import MUST_BE_OBJECT, NOT_ALLOWED_HERE, size_between
from marketplace.sandbox.settings.shapes import Problems
from marketplace.sandbox.settings.standard_fields import STANDARD, SWITCHED
from marketplace.sandbox.settings.store import Document, Preview

MOST_FIELDS = 500
MOST_AT_ONCE = 100
TOO_MANY_FIELDS = Text(
    f"1つのアプリに追加できるフィールドは{MOST_FIELDS}個までです。", f"An app can have up to {MOST_FIELDS} fields."
)

NO_COLUMNS = Text("テーブルには、フィールドが1つ以上必要です。", "A table needs at least one field.")


def shown_properties(properties: dict[str, Property]) -> dict[str, Property]:
    """Return the properties as answers show them, without our own numbers."""
    return {code: _shown(property_) for code, property_ in properties.items()}


def add_fields(preview: Preview, given: object) -> None:
    """Add fields to the form, or columns to a table that is already there; the layout gets a row for each.

    Raises InvalidInputError, FieldNotFoundError or AppNotFoundError.
    """
    added = _read_mapping(given)
    properties = preview.properties()
    problems = Problems()
    fresh: dict[str, Property] = {}
    for code, definition in added.items():
        key = f"properties[{code}]"
        existing = properties.get(code)
        if existing is not None and _is_table(existing) and isinstance(definition, dict) and _is_table(definition):
            fresh |= _add_columns(existing, definition, key, problems)
        elif existing is not None:
            problems.add(f"{key}.code", CODE_TAKEN)
        else:
            properties[code] = fresh[code] = read_new(code, definition, key, Reading(problems))
    problems.refuse()
    _require_room(properties)
    _refuse_repeated(properties)
    _number(preview, properties)
    check_links(preview, properties, fresh)
    preview.write(Part.FIELDS, {"properties": properties})
    check_link_conditions(preview, fresh)
    form_traces.place_added(preview, properties)


def change_fields(preview: Preview, given: object) -> None:
    """Change fields named by their present codes; a new `code` renames, and the number of the field stays.

    Raises InvalidInputError, FieldNotFoundError or AppNotFoundError.
    """
    changes = _read_mapping(given)
    properties = preview.properties()
    for code in changes:
        if code not in properties:
            raise FieldNotFoundError(code=code)
    problems = Problems()
    changed: list[Property] = []
    touched: dict[str, Property] = {}
    for code, old in properties.items():
        new = read_changed(old, changes[code], f"properties[{code}]", Reading(problems)) if code in changes else old
        changed.append(new)
        if code in changes:
            touched[new.get("code", code)] = new
    problems.refuse()
    if len({property_["code"] for property_ in changed}) != len(changed):
        _refuse_code(next(iter(touched)))
    present = {property_["code"]: property_ for property_ in changed}
    _refuse_repeated(present)
    _number(preview, present)
    renames = renames_between(properties, present)
    follow_own_links(present, preview.app.app_id, renames, _links_sent(changes, renames))
    check_links(preview, present, touched)
    preview.write(Part.FIELDS, {"properties": present})
    check_link_conditions(preview, touched)
    follow(preview, renames, "properties")


def delete_fields(preview: Preview, codes: list[str]) -> None:
    """Delete fields or columns of tables; a table goes with its columns, a group with the fields placed in it.

    Raises FieldNotFoundError, InvalidInputError, FieldUsedByLookupError or FieldUsedByRelatedRecordsError.
    """
    _check_deleted(codes)
    properties = preview.properties()
    doomed = set(codes)
    for code in codes:
        property_ = _find(properties, code)
        if property_["type"] in SWITCHED:
            raise InvalidInputError({"fields": [NOT_ALLOWED_HERE]})
        if property_["type"] == "GROUP":
            doomed |= form_traces.codes_in_group(preview, code)
    kept = _without(properties, doomed)
    renames = renames_between(properties, kept)
    require_unreferenced(preview, kept, renames.gone)
    follow_own_links(kept, preview.app.app_id, renames)
    preview.write(Part.FIELDS, {"properties": kept})
    follow(preview, renames, "fields")


def _find(properties: Document, code: str) -> Property:
    for property_, _ in every_field(properties):
        if property_["code"] == code:
            return property_
    raise FieldNotFoundError(code=code)


def _without(properties: Document, doomed: set[str]) -> Document:
    """Return the fields that are left. Raises InvalidInputError for a table that would have no columns."""
    kept: Document = {}
    for code, property_ in properties.items():
        if code in doomed:
            continue
        kept[code] = property_
        if _is_table(property_):
            columns = {inner: column for inner, column in property_["fields"].items() if inner not in doomed}
            if not columns and property_["fields"]:
                raise InvalidInputError({"fields": [NO_COLUMNS]})
            kept[code] = {**property_, "fields": columns}
    return kept


def _shown(property_: Property) -> Property:
    shown = {name: value for name, value in property_.items() if name != "$id"}
    if "fields" in shown:
        shown["fields"] = shown_properties(shown["fields"])
    if "options" in shown:
        shown["options"] = without_numbers(shown["options"])
    return shown


def _read_mapping(given: object) -> dict[str, Any]:
    if given is None or given == {}:
        raise InvalidInputError({"properties": [REQUIRED_PARAMETER]})
    if not isinstance(given, dict):
        raise InvalidInputError({"properties": [MUST_BE_OBJECT]})
    if len(given) > MOST_AT_ONCE:
        raise InvalidInputError({"properties": [size_between(1, MOST_AT_ONCE)]})
    return given


def _is_table(property_: dict[str, Any]) -> bool:
    return property_.get("type") == "SUBTABLE"


def _add_columns(table: Property, definition: dict[str, Any], key: str, problems: Problems) -> dict[str, Property]:
    columns = definition.get("fields")
    if not isinstance(columns, dict):
        problems.add(f"{key}.fields", REQUIRED_PARAMETER if columns is None else MUST_BE_OBJECT)
        return {}
    fresh = {code: column for code, column in columns.items() if code not in table["fields"]}
    if not fresh:
        problems.add(f"{key}.code", CODE_TAKEN)
    inside = Reading(problems, inside_table=True)
    read = {code: read_new(code, column, f"{key}.fields[{code}]", inside) for code, column in fresh.items()}
    table["fields"] = {**table["fields"], **read}
    return {table["code"]: {**table, "fields": read}}


def _require_room(properties: Document) -> None:
    count = sum(1 for property_, _ in every_field(properties) if property_["type"] not in STANDARD)
    if count > MOST_FIELDS:
        raise InvalidInputError({"properties": [TOO_MANY_FIELDS]})


def _refuse_repeated(properties: Document) -> None:
    """Refuse a code that stands twice in the form, also inside tables."""
    seen: set[str] = set()
    for property_, _ in every_field(properties):
        if property_["code"] in seen:
            _refuse_code(property_["code"])
        seen.add(property_["code"])


def _refuse_code(code: str) -> None:
    raise InvalidInputError({f"properties[{code}].code": [CODE_TAKEN]})


def _number(preview: Preview, properties: Document) -> None:
    """Number new fields and new options; a number is never given twice in an app."""
    for property_, _ in every_field(properties):
        fresh = [option for option in property_.get("options", {}).values() if option.get("$id", "") is UNNUMBERED]
        for item in (*([] if "$id" in property_ else [property_]), *fresh):
            item["$id"] = next_number(preview)


def _links_sent(changes: Document, renames: Renames) -> frozenset[str]:
    """Return the present codes of the fields whose link came with the call, hence in the new names."""
    sent = (code for code, change in changes.items() if change.get("lookup") or change.get("referenceTable"))
    return frozenset(renames.code(code) for code in sent)


def _check_deleted(codes: list[str]) -> None:
    if not 1 <= len(codes) <= MOST_AT_ONCE:
        messages = [size_between(1, MOST_AT_ONCE)]
        raise InvalidInputError({"fields": messages if codes else [*messages, REQUIRED_PARAMETER]})
