"""The form's fields: adding, changing and deleting them in the preview settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import REQUIRED_PARAMETER, FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings import form_traces, right_traces
from marketplace.sandbox.settings.conditions import check_link_conditions
from marketplace.sandbox.settings.field_links import check_links, require_unreferenced
from marketplace.sandbox.settings.properties import CODE_TAKEN, Property, Reading, read_changed, read_new
from marketplace.sandbox.settings.shape_messages import MUST_BE_OBJECT, NOT_ALLOWED_HERE, size_between
from marketplace.sandbox.settings.shapes import Problems
from marketplace.sandbox.settings.standard_fields import STANDARD, SWITCHED
from marketplace.sandbox.settings.store import Document, Preview

MOST_FIELDS = 500
MOST_DELETED = 100
TOO_MANY_FIELDS = Text(
    f"1つのアプリに追加できるフィールドは{MOST_FIELDS}個までです。", f"An app can have up to {MOST_FIELDS} fields."
)


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
    renamed = {property_["code"]: property_ for property_ in changed}
    _refuse_repeated(renamed)
    codes = form_traces.renamed_codes(properties, renamed)
    form_traces.rename_inside(renamed, codes)
    check_links(preview, renamed, touched)
    preview.write(Part.FIELDS, {"properties": renamed})
    check_link_conditions(preview, touched)
    form_traces.rename_elsewhere(preview, codes)
    right_traces.rename_in_rights(preview, codes)


def delete_fields(preview: Preview, codes: list[str]) -> None:
    """Delete fields with their columns or, for a group, the fields placed in it.

    Raises FieldNotFoundError, InvalidInputError, FieldUsedByLookupError or FieldUsedByRelatedRecordsError.
    """
    _check_deleted(codes)
    properties = preview.properties()
    doomed: set[str] = set()
    for code in codes:
        property_ = properties.get(code)
        if property_ is None:
            raise FieldNotFoundError(code=code)
        if property_["type"] in SWITCHED:
            raise InvalidInputError({"fields": [NOT_ALLOWED_HERE]})
        doomed.add(code)
        if property_["type"] == "GROUP":
            doomed |= form_traces.codes_in_group(preview, code)
    require_unreferenced(preview, doomed)
    preview.write(
        Part.FIELDS,
        {"properties": {code: property_ for code, property_ in properties.items() if code not in doomed}},
    )
    form_traces.forget(preview, doomed)


def every_field(properties: dict[str, Property]) -> Iterator[tuple[Property, Property | None]]:
    """Yield each field and the table it stands in, tables before their columns."""
    for property_ in properties.values():
        yield property_, None
        for column in property_.get("fields", {}).values():
            yield column, property_


def _shown(property_: Property) -> Property:
    shown = {name: value for name, value in property_.items() if name != "$id"}
    if "fields" in shown:
        shown["fields"] = shown_properties(shown["fields"])
    return shown


def _read_mapping(given: object) -> dict[str, Any]:
    if given is None or given == {}:
        raise InvalidInputError({"properties": [REQUIRED_PARAMETER]})
    if not isinstance(given, dict):
        raise InvalidInputError({"properties": [MUST_BE_OBJECT]})
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
    for property_, _ in every_field(properties):
        if "$id" not in property_:
            preview.app.last_field_id += 1
            property_["$id"] = preview.app.last_field_id


def _check_deleted(codes: list[str]) -> None:
    if not 1 <= len(codes) <= MOST_DELETED:
        messages = [size_between(1, MOST_DELETED)]
        raise InvalidInputError({"fields": messages if codes else [*messages, REQUIRED_PARAMETER]})
