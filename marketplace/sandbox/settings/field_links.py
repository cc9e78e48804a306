"""Fields that refer to other fields: lookups and related records, in this app and in others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.kernel.text import Text
from marketplace.sandbox.apps import find_linked_app
from marketplace.sandbox.errors import (
    AppNotFoundError,
    FieldNotFoundError,
    FieldUsedByLookupError,
    FieldUsedByRelatedRecordsError,
    InvalidInputError,
)
from marketplace.sandbox.models import App, AppSettings, Part, Stage
from marketplace.sandbox.settings.field_types import CODE_MALFORMED
from marketplace.sandbox.settings.link_following import reads_app
from marketplace.sandbox.settings.properties import Property, is_lookup
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.sandbox.settings.store import Preview, read_part

TARGET_SHARED = Text(
    "コピー先のフィールドの設定が重複しています。", "The settings of the destination field are duplicated."
)
TYPES_CLASH = Text(
    "指定したフィールドの組み合わせが正しくない、または指定できない種類のフィールドを指定しています。",
    "The combination of the specified fields is not correct, or a field of a type that cannot be specified is given.",
)

_COPIED_AS_THEMSELVES = frozenset(
    [
        "SINGLE_LINE_TEXT",
        "MULTI_LINE_TEXT",
        "RICH_TEXT",
        "NUMBER",
        "RADIO_BUTTON",
        "CHECK_BOX",
        "MULTI_SELECT",
        "DROP_DOWN",
        "DATE",
        "TIME",
        "DATETIME",
        "LINK",
        "USER_SELECT",
        "ORGANIZATION_SELECT",
        "GROUP_SELECT",
    ]
)
_ALSO_COPIED = {
    "SINGLE_LINE_TEXT": frozenset(["NUMBER", "CALC", "LINK", "RADIO_BUTTON", "DROP_DOWN", "RECORD_NUMBER"]),
    "MULTI_LINE_TEXT": frozenset({"SINGLE_LINE_TEXT"}),
    "NUMBER": frozenset({"CALC", "RECORD_NUMBER"}),
    "DATETIME": frozenset({"CREATED_TIME", "UPDATED_TIME"}),
    "USER_SELECT": frozenset({"CREATOR", "MODIFIER"}),
}
_KEY_TYPES = {
    "SINGLE_LINE_TEXT": frozenset({"SINGLE_LINE_TEXT", "RECORD_NUMBER"}),
    "NUMBER": frozenset({"NUMBER", "RECORD_NUMBER"}),
    "LINK": frozenset({"LINK"}),
}


def check_links(preview: Preview, properties: dict[str, Property], touched: dict[str, Property]) -> None:
    """Check the lookups and related records among the touched fields, and that no target is shared.

    Raises AppNotFoundError, FieldNotFoundError or InvalidInputError.
    """
    for property_ in touched.values():
        key = f"properties[{property_['code']}]"
        if is_lookup(property_):
            _check_lookup(preview, property_, key, properties, properties)
        elif property_["type"] == "REFERENCE_TABLE":
            _check_related_records(preview, property_, key, properties)
        for column in property_.get("fields", {}).values():
            if is_lookup(column):
                siblings = properties[property_["code"]]["fields"]
                _check_lookup(preview, column, f"{key}.fields[{column['code']}]", siblings, properties)
    _refuse_shared_targets(properties)


def related_properties(preview: Preview, app_id: int, own: dict[str, Property]) -> dict[str, Property]:
    """Return the fields of the app that a field refers to: the preview's own, or another app's in use.

    Raises AppNotFoundError.
    """
    if app_id == preview.app.app_id:
        return own
    app = find_linked_app(preview.session, preview.app, app_id)
    if app is None or app.live_revision is None:
        raise AppNotFoundError(id=app_id)
    found: dict[str, Property] = read_part(preview.session, app, Stage.LIVE, Part.FIELDS)["properties"]
    return found


def require_unreferenced(preview: Preview, kept: dict[str, Property], doomed: frozenset[str]) -> None:
    """Refuse to delete fields that lookups or related records read, of other apps or among the fields that are kept.

    Raises FieldUsedByLookupError or FieldUsedByRelatedRecordsError.
    """
    others = preview.session.execute(
        select(App.name, AppSettings.document)
        .join(App, App.pk == AppSettings.app_pk)
        .where(
            App.site_id == preview.app.site_id,
            App.pk != preview.app.pk,
            App.deleted_at.is_(None),
            AppSettings.part == Part.FIELDS,
        )
    )
    forms = [(name, document["properties"]) for name, document in others]
    for name, properties in (*forms, (preview.app.name, kept)):
        for property_ in _with_columns(properties):
            if doomed & _read_by_lookup(property_, preview.app.app_id):
                raise FieldUsedByLookupError(app=name, field=property_["code"])
            if doomed & _read_by_related_records(property_, preview.app.app_id):
                raise FieldUsedByRelatedRecordsError(app=name, field=property_["code"])
    for property_ in kept.values():
        if property_["type"] == "REFERENCE_TABLE" and property_["referenceTable"]["condition"]["field"] in doomed:
            raise FieldUsedByRelatedRecordsError(app=preview.app.name, field=property_["code"])


def _with_columns(properties: dict[str, Property]) -> list[Property]:
    found = list(properties.values())
    return found + [column for table in found for column in table.get("fields", {}).values()]


def _read_by_lookup(property_: Property, app_id: int) -> set[str]:
    lookup = property_.get("lookup")
    if lookup is None or not reads_app(lookup, app_id):
        return set()
    copied = (mapping["relatedField"] for mapping in lookup["fieldMappings"])
    return {lookup["relatedKeyField"], *copied, *lookup["lookupPickerFields"]}


def _read_by_related_records(property_: Property, app_id: int) -> set[str]:
    table = property_.get("referenceTable")
    if table is None or not reads_app(table, app_id):
        return set()
    return {table["condition"]["relatedField"], *table["displayFields"]}


def _check_lookup(
    preview: Preview, property_: Property, key: str, siblings: dict[str, Property], properties: dict[str, Property]
) -> None:
    lookup = property_["lookup"]
    key_code = lookup["relatedKeyField"]
    if key_code.startswith("$"):
        raise InvalidInputError({f"{key}.lookup.relatedKeyField": [CODE_MALFORMED]})
    related = related_properties(preview, int(lookup["relatedApp"]["app"]), properties)
    source = _field(related, key_code)
    if source["type"] not in _KEY_TYPES[property_["type"]]:
        raise InvalidInputError({f"{key}.lookup.relatedKeyField": [TYPES_CLASH]})
    for index, mapping in enumerate(lookup["fieldMappings"]):
        target = _field(siblings, mapping["field"])
        copied = _field(related, mapping["relatedField"])
        if target["code"] == property_["code"] or is_lookup(target) or not _can_copy(copied, target):
            raise InvalidInputError({f"{key}.lookup.fieldMappings[{index}].field": [TYPES_CLASH]})
    for code in lookup["lookupPickerFields"]:
        _field(related, code)
    lookup["sort"] = lookup["sort"] or _newest_first(related)


def _can_copy(source: Property, target: Property) -> bool:
    if source["type"] == target["type"]:
        return source["type"] in _COPIED_AS_THEMSELVES
    return source["type"] in _ALSO_COPIED.get(target["type"], frozenset())


def _check_related_records(preview: Preview, property_: Property, key: str, properties: dict[str, Property]) -> None:
    table = property_["referenceTable"]
    related = related_properties(preview, int(table["relatedApp"]["app"]), properties)
    _field(properties, table["condition"]["field"])
    _field(related, table["condition"]["relatedField"])
    if not table["displayFields"]:
        raise InvalidInputError({f"{key}.referenceTable.displayFields": [TYPES_CLASH]})
    for code in table["displayFields"]:
        if _field(related, code)["type"] in {"GROUP", "REFERENCE_TABLE"}:
            raise InvalidInputError({f"{key}.referenceTable.displayFields": [TYPES_CLASH]})
    table["sort"] = table["sort"] or _newest_first(related)


def _field(properties: dict[str, Property], code: str) -> Property:
    if code in properties:
        return properties[code]
    for table in properties.values():
        if code in table.get("fields", {}):
            column: Property = table["fields"][code]
            return column
    raise FieldNotFoundError(code=code)


def _newest_first(related: dict[str, Any]) -> str:
    code = code_of_type(related, "RECORD_NUMBER")
    return f"{code} desc" if code else ""


def _refuse_shared_targets(properties: dict[str, Property]) -> None:
    taken: set[str] = set()
    for property_ in _with_columns(properties):
        for index, mapping in enumerate((property_.get("lookup") or {"fieldMappings": []})["fieldMappings"]):
            if mapping["field"] in taken:
                key = f"properties[{property_['code']}].lookup.fieldMappings[{index}].field"
                raise InvalidInputError({key: [TARGET_SHARED]})
            taken.add(mapping["field"])
