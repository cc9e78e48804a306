"""Checks of lookups, related records and actions: the other app, its fields, and whether the types match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.names import check_code, check_condition, check_sort
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.field_types import type_name
from marketplace.bundle.model import Finding, JsonObject, PartName
from marketplace.bundle.references import FieldPlace, list_references
from marketplace.kernel.text import Text

Forms = Mapping[str, Form]

LOOKUP_TYPES: dict[str, frozenset[str]] = {
    "SINGLE_LINE_TEXT": frozenset({"SINGLE_LINE_TEXT"}),
    "NUMBER": frozenset({"NUMBER"}),
    "CALC": frozenset({"NUMBER"}),
    "LINK": frozenset({"LINK"}),
    "RECORD_NUMBER": frozenset({"NUMBER", "SINGLE_LINE_TEXT"}),
}
"""Which type a lookup field has for each type of its key field."""
COPIES: dict[str, frozenset[str]] = {
    "CALC": frozenset({"NUMBER"}),
    "RECORD_NUMBER": frozenset({"SINGLE_LINE_TEXT", "NUMBER"}),
    "RADIO_BUTTON": frozenset({"RADIO_BUTTON", "DROP_DOWN", "SINGLE_LINE_TEXT"}),
    "DROP_DOWN": frozenset({"RADIO_BUTTON", "DROP_DOWN", "SINGLE_LINE_TEXT"}),
    "CREATOR": frozenset({"USER_SELECT"}),
    "MODIFIER": frozenset({"USER_SELECT"}),
    "CREATED_TIME": frozenset({"DATETIME"}),
    "UPDATED_TIME": frozenset({"DATETIME"}),
    **dict.fromkeys(
        ("SUBTABLE", "GROUP", "REFERENCE_TABLE", "FILE", "STATUS", "STATUS_ASSIGNEE", "CATEGORY"), frozenset()
    ),
}
"""Into which types each type may be copied, where that is not just its own."""


def check_references(form: Form, forms: Forms) -> Iterator[Finding]:
    """Yield what is wrong with what an app says about other apps."""
    for reference in list_references(form.app):
        if reference.app_key not in forms:
            yield place_of(form.app, reference.part, reference.pointer).error(
                "app-unknown",
                Text(
                    f"アプリ「{reference.app_key}」はこのテンプレートに含まれていません。",
                    f"The app “{reference.app_key}” is not part of this bundle.",
                ),
                Text(
                    "参照先のアプリもテンプレートに加えるか、参照を取り除いてください。",
                    "Add that app to the bundle, or remove the reference.",
                ),
            )
    for field in form.written:
        place = place_of(form.app, PartName.FIELDS, field.pointer)
        if "lookup" in field.definition:
            yield from _check_lookup(field, form, forms, place.at("lookup"))
        if "referenceTable" in field.definition and field.table is None:
            yield from _check_related(field.definition["referenceTable"], form, forms, place.at("referenceTable"))
    yield from _check_copy_targets(form)
    yield from _check_actions(form, forms)


def _check_lookup(field: FieldPlace, form: Form, forms: Forms, place: Place) -> Iterator[Finding]:
    lookup = field.definition["lookup"]
    source = forms.get(lookup["relatedApp"]["app"])
    if source is None:
        return
    yield from _check_key(field, lookup["relatedKeyField"], source, place.at("relatedKeyField"))
    for index, mapping in enumerate(lookup.get("fieldMappings", ())):
        yield from _check_mapping(field, mapping, form, source, place.at("fieldMappings", index))
    for index, code in enumerate(lookup.get("lookupPickerFields", ())):
        yield from check_code(code, source, place.at("lookupPickerFields", index))
    yield from check_condition(lookup.get("filterCond", ""), source, place.at("filterCond"))
    yield from check_sort(lookup.get("sort", ""), source, place.at("sort"))


def _check_key(field: FieldPlace, code: str, source: Form, place: Place) -> Iterator[Finding]:
    key = source.find_top(code)
    if key is None:
        yield from check_code(code, source, place)
        if source.find(code):
            yield _key_unsuitable(code, place)
    elif field.type not in LOOKUP_TYPES.get(key.type, frozenset()):
        yield place.error(
            "lookup-key-type",
            Text(
                f"ルックアップの種類（{type_name(field.type)}）が、キー「{code}」（{type_name(key.type)}）と合いません。",
                f"The lookup's type {field.type} does not suit its key “{code}” ({key.type}).",
            ),
            Text("同じ種類のフィールドにしてください。", "Give both the same type."),
        )
    elif key.type != "RECORD_NUMBER" and not key.definition.get("unique"):
        yield _key_unsuitable(code, place)


def _key_unsuitable(code: str, place: Place) -> Finding:
    return place.error(
        "lookup-key-not-unique",
        Text(
            f"ルックアップのキー「{code}」で、値の重複が禁止されていません。",
            f"The lookup's key “{code}” allows duplicate values.",
        ),
        Text(
            "参照先のフィールドで「値の重複を禁止する」（unique）を有効にしてください。",
            "Set unique to true on that field of the other app.",
        ),
    )


def _check_mapping(field: FieldPlace, mapping: JsonObject, form: Form, source: Form, place: Place) -> Iterator[Finding]:
    target = form.find(mapping["field"])
    origin = source.find_top(mapping["relatedField"])
    if target is None:
        yield from check_code(mapping["field"], form, place.at("field"))
    elif target.table != field.table:
        yield place.at("field").error(
            "lookup-target-elsewhere",
            Text(
                f"コピー先「{target.code}」が、ルックアップと同じ場所（テーブル）にありません。",
                f"The target “{target.code}” is not in the same table as the lookup.",
            ),
            Text("同じテーブルの列か、どちらもテーブルの外のフィールドにしてください。", "Put both in the same place."),
        )
    if origin is None:
        yield from check_code(mapping["relatedField"], source, place.at("relatedField"))
    elif target is not None and target.type not in COPIES.get(origin.type, {origin.type}):
        yield place.error(
            "lookup-mapping-type",
            Text(
                f"「{origin.code}」（{type_name(origin.type)}）を「{target.code}」（{type_name(target.type)}）へはコピーできません。",
                f"“{origin.code}” ({origin.type}) can't be copied into “{target.code}” ({target.type}).",
            ),
            Text("同じ種類のフィールドを組み合わせてください。", "Pair fields of the same type."),
        )


def _check_copy_targets(form: Form) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for field in form.written:
        place = place_of(form.app, PartName.FIELDS, field.pointer).at("lookup", "fieldMappings")
        for index, mapping in enumerate(field.definition.get("lookup", {}).get("fieldMappings", ())):
            target = mapping["field"]
            if target in owners:
                yield place.at(index, "field").error(
                    "lookup-target-twice",
                    Text(
                        f"コピー先「{target}」の設定が、ルックアップ「{owners[target]}」と重複しています。",
                        f"“{target}” is already filled by the lookup “{owners[target]}”.",
                    ),
                    Text("コピー先は1つのルックアップだけにしてください。", "Let only one lookup fill it."),
                )
            owners.setdefault(target, field.code)


def _check_related(related: JsonObject, form: Form, forms: Forms, place: Place) -> Iterator[Finding]:
    source = forms.get(related["relatedApp"]["app"])
    if source is None:
        return
    yield from check_code(related["condition"]["field"], form, place.at("condition", "field"))
    yield from check_code(related["condition"]["relatedField"], source, place.at("condition", "relatedField"))
    for index, code in enumerate(related["displayFields"]):
        yield from check_code(code, source, place.at("displayFields", index))
    yield from check_condition(related.get("filterCond", ""), source, place.at("filterCond"))
    yield from check_sort(related.get("sort", ""), source, place.at("sort"))


def _check_actions(form: Form, forms: Forms) -> Iterator[Finding]:
    for name, action in (form.app.part(PartName.ACTIONS) or {}).get("actions", {}).items():
        place = place_of(form.app, PartName.ACTIONS).at("actions", name)
        yield from check_condition(action.get("filterCond", ""), form, place.at("filterCond"))
        target = forms.get(action["destApp"]["app"])
        for index, mapping in enumerate(action["mappings"]):
            where = place.at("mappings", index)
            if mapping["srcType"] == "FIELD":
                yield from check_code(mapping["srcField"], form, where.at("srcField"))
            if target is not None:
                yield from check_code(mapping["destField"], target, where.at("destField"))
