"""Checks of the fields themselves: their codes, their options, and what their types allow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from marketplace.bundle import limits
from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.field_types import BUILT_IN_TYPES, CHOICE_TYPES, RESERVED_CODES, UNIQUE_TYPES, type_name
from marketplace.bundle.model import Finding, PartName
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text

SIGNS = frozenset("_＿･・")
NOT_IN_TABLES = frozenset({"SUBTABLE", "GROUP", "REFERENCE_TABLE", *BUILT_IN_TYPES})
NOT_COUNTED = BUILT_IN_TYPES
RENAME = Text("別のフィールドコードに変えてください。", "Choose another field code.")


def check_fields(form: Form) -> Iterator[Finding]:
    """Yield what is wrong with the fields of an app."""
    yield from _check_count(form)
    seen: dict[str, str] = {}
    for field in form.written:
        place = place_of(form.app, PartName.FIELDS, field.pointer)
        yield from _check_code(field, place)
        if field.code in seen:
            yield place.error(
                "field-code-duplicate",
                Text(
                    f"フィールドコード「{field.code}」が重複しています。",
                    f"The field code “{field.code}” is used twice.",
                ),
                Text(
                    "テーブルの中も含めて、フォーム全体で重ならないコードにしてください。",
                    "Codes must be unique over the whole form, tables included.",
                ),
            )
        seen[field.code] = field.pointer
        yield from _check_type(field, place)
        if field.type in CHOICE_TYPES:
            yield from _check_options(field, place)
    yield from _check_built_in(form)


def _check_count(form: Form) -> Iterator[Finding]:
    count = sum(field.type not in NOT_COUNTED for field in form.written)
    if count > limits.FIELDS_PER_APP:
        yield place_of(form.app, PartName.FIELDS, "/properties").error(
            "too-many-fields",
            Text(f"フィールドが多すぎます（{count}個）。", f"There are too many fields ({count})."),
            Text(
                f"1つのアプリに置けるフィールドは{limits.FIELDS_PER_APP}個までです。",
                f"An app holds at most {limits.FIELDS_PER_APP} fields.",
            ),
        )


def _check_code(field: FieldPlace, place: Place) -> Iterator[Finding]:
    code = field.code
    if field.definition["code"] != code:
        yield place.at("code").error(
            "field-code-mismatch",
            Text(
                f"フィールド「{code}」のcodeが「{field.definition['code']}」になっています。",
                f"The field “{code}” says its code is “{field.definition['code']}”.",
            ),
            Text("見出しとcodeを同じにしてください。", "Make the key and the code the same."),
        )
    if code in RESERVED_CODES:
        yield place.error(
            "field-code-reserved",
            Text(f"「{code}」はkintoneが使うコードです。", f"The code “{code}” belongs to kintone."),
            RENAME,
        )
    elif unicodedata.category(code[0]) == "Nd" or not (code.isalnum() or all(map(_is_allowed, code))):
        yield place.error(
            "field-code-invalid",
            Text(f"フィールドコード「{code}」は使えません。", f"The field code “{code}” can't be used."),
            Text(
                "先頭の数字、空白、「_」「＿」「･」「・」と通貨記号以外の記号は使えません。",
                "No leading digit, no spaces, and no signs but _ ＿ ･ ・ and currency signs.",
            ),
        )


def _is_allowed(character: str) -> bool:
    return character in SIGNS or unicodedata.category(character)[0] in "LMN" or unicodedata.category(character) == "Sc"


def _check_type(field: FieldPlace, place: Place) -> Iterator[Finding]:
    if field.table and field.type in NOT_IN_TABLES:
        name = type_name(field.type)
        yield place.error(
            "field-not-in-table",
            Text(f"{name}はテーブルの中に置けません。", f"A field of type {field.type} can't be part of a table."),
            Text("テーブルの外に移してください。", "Move it out of the table."),
        )
    if field.definition.get("unique") and (field.table or field.type not in UNIQUE_TYPES):
        yield place.at("unique").error(
            "field-unique-impossible",
            Text(
                f"フィールド「{field.code}」では値の重複を禁止できません。",
                f"The field “{field.code}” can't forbid duplicate values.",
            ),
            Text(
                "uniqueをfalseにしてください（テーブルの中や、この種類のフィールドでは使えません）。",
                "Set unique to false; it is not available in tables or for this type.",
            ),
        )


def _check_options(field: FieldPlace, place: Place) -> Iterator[Finding]:
    options = field.definition["options"]
    if not options:
        yield place.at("options").error(
            "field-options-empty",
            Text(f"フィールド「{field.code}」に選択肢がありません。", f"The field “{field.code}” has no options."),
            Text("選択肢を1つ以上設定してください。", "Give it at least one option."),
        )
    for label, option in options.items():
        if option["label"] != label:
            yield place.at("options", label, "label").error(
                "field-option-mismatch",
                Text(
                    f"選択肢「{label}」のlabelが「{option['label']}」になっています。",
                    f"The option “{label}” says its label is “{option['label']}”.",
                ),
                Text("見出しとlabelを同じにしてください。", "Make the key and the label the same."),
            )
    default = field.definition.get("defaultValue") or []
    for value in [default] if isinstance(default, str) else default:
        if value not in options:
            yield place.at("defaultValue").error(
                "field-default-unknown",
                Text(f"初期値「{value}」は選択肢にありません。", f"The default “{value}” is not one of the options."),
                Text("選択肢のいずれかにするか、空にしてください。", "Use one of the options, or leave it empty."),
            )


def _check_built_in(form: Form) -> Iterator[Finding]:
    seen: set[str] = set()
    for field in form.written:
        if field.type in BUILT_IN_TYPES and field.type in seen:
            yield place_of(form.app, PartName.FIELDS, field.pointer).error(
                "field-built-in-twice",
                Text(
                    f"{type_name(field.type)}フィールドは1つのアプリに1つだけです。",
                    f"An app has only one field of type {field.type}.",
                ),
                Text("どちらか一方を取り除いてください。", "Remove one of them."),
            )
        seen.add(field.type)
