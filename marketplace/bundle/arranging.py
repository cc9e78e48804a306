"""Puts the keys of a bundle into the order people read them in; the canonical form sorts them by their letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.walking import walk

MANIFEST_KEYS = (
    "$schema format key app handles field kinds ja en slug template version kind label per_year basis notice name hint "
    "summary category departments keywords license icon apps includes placeholders localise personal_data laws "
    "hours_saved"
)
KEYS: Mapping[PartName, str] = {
    PartName.SETTINGS: (
        "type name description selectionMode digits decimalPlaces roundingMode key code icon file theme titleField "
        "enableThumbnails enableBulkDeletion enableComments enableDuplicateRecord enableInlineRecordEditing "
        "numberPrecision firstMonthOfFiscalYear"
    ),
    PartName.FIELDS: (
        "type relatedApp app field code relatedKeyField condition relatedField label fieldMappings noLabel index "
        "lookupPickerFields openGroup fields required unique referenceTable lookup filterCond displayFields sort size "
        "options thumbnailSize entities minLength maxLength minValue maxValue defaultValue protocol defaultNowValue "
        "align expression digit format displayScale hideExpression unit unitPosition enabled"
    ),
    PartName.LAYOUT: "type code label elementId fields layout size width height innerHeight",
    PartName.VIEWS: "index type builtinType name fields date title html pager device filterCond sort",
    PartName.PROCESS: (
        "enable name index from to type code entity includeSubs states assignee entities actions filterCond "
        "executableUser"
    ),
    PartName.PERMISSIONS: (
        "app record field rights filterCond type code entities accessibility entity viewable editable deletable "
        "includeSubs appEditable recordViewable recordAddable recordEditable recordDeletable recordImportable "
        "recordExportable"
    ),
    PartName.NOTIFICATIONS: (
        "general perRecord reminder timezone timing type entity code includeSubs daysLater hoursLater time filterCond "
        "notifyToCommenter notifications title targets recordAdded recordEdited commentAdded statusChanged fileImported"
    ),
    PartName.REPORTS: (
        "by order index name chartType chartMode type code per groups aggregations filterCond sorts periodicReport"
    ),
    PartName.ACTIONS: "name srcType type app index srcField code destApp destField mappings entities filterCond",
    PartName.CUSTOMIZE: "scope desktop mobile js css type url file path",
    PartName.PLUGINS: "plugins id name enabled",
    PartName.ADMIN_NOTES: "content includeInTemplateAndDuplicates",
    PartName.RECORDS: "records value path code",
}
"""The keys of each part, as the documentation of the kintone REST API lists them."""

NAMED = frozenset({"properties", "fields", "options", "views", "states", "reports", "actions"})
"""Objects whose keys are names or codes that the author gave."""
STATUS = "$status"


def arrange(bundle: Bundle) -> Bundle:
    """Return the same bundle, its JSON in the order for people: fields as the form shows them, options as listed."""
    raw = _arranged(bundle.manifest.raw, _ranks(MANIFEST_KEYS), {})
    manifest = replace(bundle.manifest, raw=raw)
    return replace(bundle, manifest=manifest, apps=tuple(_arranged_app(app) for app in bundle.apps))


def _arranged_app(app: AppDefinition) -> AppDefinition:
    places = _ranks(*_codes_of(app.parts.get(PartName.LAYOUT, {})), *app.fields)
    parts: dict[PartName, JsonObject] = {}
    for name, content in app.parts.items():
        if name is PartName.RECORDS:
            parts[name] = _arranged_records(content, places)
        else:
            parts[name] = _arranged(content, _ranks(KEYS[name]), places)
    return replace(app, parts=parts)


def _codes_of(layout: JsonObject) -> list[str]:
    found = (value.get("code") for _, value in walk(layout) if isinstance(value, dict))
    return [code for code in found if isinstance(code, str)]


def _ranks(*words: str) -> dict[str, int]:
    """Return the rank of each word, or of each of the words in one text."""
    listed = words[0].split() if len(words) == 1 else words
    return {word: rank for rank, word in reversed(list(enumerate(listed)))}


def _arranged(value: Any, keys: Mapping[str, int], places: Mapping[str, int], name: str = "") -> Any:
    if isinstance(value, list):
        return [_arranged(item, keys, places) for item in value]
    if not isinstance(value, dict):
        return value
    if name in NAMED:
        return {key: _arranged(value[key], keys, places) for key in _named_order(value, places)}
    ordered = sorted(value, key=lambda key: keys.get(key, len(keys)))
    return {key: _arranged(value[key], keys, places, key) for key in ordered}


def _named_order(named: JsonObject, places: Mapping[str, int]) -> list[str]:
    """Return the names as their numbers say; fields have none and follow the form."""

    def rank(name: str) -> int:
        item = named[name]
        index = str(item.get("index", "")) if isinstance(item, dict) else ""
        return int(index) if index.isdecimal() else places.get(name, len(places))

    return sorted(named, key=rank)


def _arranged_records(value: Any, places: Mapping[str, int]) -> Any:
    """Put the values of sample records into the order of the form, the state last."""
    if isinstance(value, list):
        return [_arranged_records(item, places) for item in value]
    if not isinstance(value, dict):
        return value
    last = len(places)
    ordered = sorted(value, key=lambda key: last + (key == STATUS) if key not in places else places[key])
    return {key: _arranged_records(value[key], places) for key in ordered}
