"""One field's definition: reading it, filling in its defaults, and the rules that need no other field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import REQUIRED_PARAMETER, FieldNotFoundError
from marketplace.sandbox.settings.field_types import (
    ATTRIBUTES,
    CREATABLE,
    INNER_TYPES,
    LOOKUP,
    LOOKUP_ATTRIBUTES,
    LOOKUP_TYPES,
    OPTION_TYPES,
    REFERENCE_TABLE,
    Code,
)
from marketplace.sandbox.settings.renames import identity
from marketplace.sandbox.settings.shape_messages import MUST_BE_OBJECT, NOT_ALLOWED_HERE
from marketplace.sandbox.settings.shapes import (
    Attribute,
    Obj,
    OneOf,
    Problems,
    Txt,
    need,
)
from marketplace.sandbox.settings.standard_fields import RESERVED_CODES, SWITCHED

Property = dict[str, Any]

LABEL = Txt(longest=128, shortest=1)
CODE_DIFFERS = Text("キーとフィールドコードが一致していません。", "The key does not match the field code.")
CODE_RESERVED = Text("このフィールドコードは使用できません。", "This field code is reserved.")
CODE_TAKEN = Text("フィールドコードが重複しています。", "The field code is already used.")
TYPE_FIXED = Text("フィールドの種類は変更できません。", "The field type cannot be changed.")
OPTION_DIFFERS = Text("選択肢のキーとラベルが一致していません。", "The key of an option does not match its label.")
UNNUMBERED = None
"""The number of an option until the form gives it one."""
OPTION_REPEATED = Text("選択肢が重複しています。", "The option is already used.")
NO_OPTIONS = Text("選択肢を1つ以上指定してください。", "Specify at least one option.")


def not_an_option(value: str) -> Text:
    """Return the message of a default that is no option; braces in the value are not placeholders."""
    return Text(f'"{value}"は選択肢にありません。', f'The value, "{value}", is not in options.')


@dataclass(frozen=True, slots=True)
class Reading:
    """How a definition is being read: inside a table or not, new or changing an existing one."""

    problems: Problems
    inside_table: bool = False


def read_new(code: str, given: object, key: str, reading: Reading) -> Property:
    """Return a complete property for a field that is being added under a code."""
    problems = reading.problems
    if not isinstance(given, dict):
        problems.add(key, MUST_BE_OBJECT)
        return {}
    if given.get("type") is None:
        problems.add(f"{key}.type", REQUIRED_PARAMETER)
        return {}
    kind = OneOf(INNER_TYPES if reading.inside_table else CREATABLE).read(given["type"], f"{key}.type", problems)
    if not kind:
        return {}
    _check_option_keys(given.get("options"), key, problems)
    property_ = _read(kind, given, key, reading)
    if property_.get("code") and property_["code"] != code:
        problems.add(f"{key}.code", CODE_DIFFERS)
    if property_.get("code") in RESERVED_CODES:
        problems.add(f"{key}.code", CODE_RESERVED)
    if kind == "SUBTABLE":
        property_["fields"] = _read_new_columns(given.get("fields"), key, reading)
    return property_


def read_changed(old: Property, given: object, key: str, reading: Reading) -> Property:
    """Return a property with the given attributes replaced; what is left out keeps its value."""
    problems = reading.problems
    if not isinstance(given, dict):
        problems.add(key, MUST_BE_OBJECT)
        return old
    kind = old["type"]
    if given.get("type") is not None and given["type"] != kind:
        problems.add(f"{key}.type", TYPE_FIXED)
    if kind in SWITCHED:
        problems.add(f"{key}.type", NOT_ALLOWED_HERE)
        return old
    if given.get("lookup") is not None and old.get("lookup") is None:
        problems.add(f"{key}.lookup", NOT_ALLOWED_HERE)
        return old
    property_ = _read(kind, _merged(old, given), key, reading, old=old)
    property_["$id"] = old["$id"]
    if property_.get("code") != old["code"] and property_.get("code") in RESERVED_CODES:
        problems.add(f"{key}.code", CODE_RESERVED)
    if kind == "SUBTABLE":
        property_["fields"] = _read_changed_columns(old["fields"], given.get("fields"), key, reading)
    return property_


def is_lookup(property_: Property) -> bool:
    """Tell whether a field copies from another app."""
    return property_.get("lookup") is not None


def _read(kind: str, given: dict[str, Any], key: str, reading: Reading, old: Property | None = None) -> Property:
    # Of a table kintone asks no name.
    label = Attribute(LABEL, given.get("code")) if kind == "SUBTABLE" else need(LABEL)
    attributes: dict[str, Attribute] = {"code": need(Code()), "label": label}
    if kind in LOOKUP_TYPES and given.get("lookup") is not None:
        attributes |= {**LOOKUP_ATTRIBUTES, "lookup": need(LOOKUP)}
    else:
        attributes |= ATTRIBUTES[kind]
    if kind == "REFERENCE_TABLE":
        attributes["referenceTable"] = need(REFERENCE_TABLE)
    property_ = {"type": kind, **Obj(attributes).read(given, key, reading.problems)}
    if reading.inside_table and "unique" in property_:
        property_["unique"] = False
    if kind in OPTION_TYPES:
        _settle_options(property_, (old or {}).get("options", {}), key, reading.problems)
    return property_


def _merged(old: Property, given: dict[str, Any]) -> dict[str, Any]:
    merged = {**old, **{name: value for name, value in given.items() if value is not None}}
    for nested in ("lookup", "referenceTable"):
        if isinstance(old.get(nested), dict) and isinstance(given.get(nested), dict):
            merged[nested] = {**old[nested], **given[nested]}
    if "options" in old and isinstance(given.get("options"), dict) and given.get("defaultValue") is None:
        merged["defaultValue"] = _followed_default(old["defaultValue"], given["options"])
    return merged


def _followed_default(default: str | list[str], options: dict[str, Any]) -> str | list[str]:
    """Return a default that nobody sent under the new labels, without what is no option any more."""
    labels = {name: option.get("label") for name, option in options.items() if isinstance(option, dict)}
    if isinstance(default, str):
        return labels.get(default) or ""
    return [label for value in default if (label := labels.get(value))]


def _check_option_keys(options: object, key: str, problems: Problems) -> None:
    """A new option's key must be its label; only a change may tell them apart, which renames."""
    for label, option in options.items() if isinstance(options, dict) else ():
        if isinstance(option, dict) and isinstance(option.get("label"), str) and option["label"] != label:
            problems.add(f"{key}.options[{label}].label", OPTION_DIFFERS)


def _settle_options(property_: Property, old: dict[str, Any], key: str, problems: Problems) -> None:
    """Key the options by their labels and check the default against them; kept options keep their numbers."""
    options = {name: option for name, option in property_.get("options", {}).items() if option}
    labels = [option.get("label", "") for option in options.values()]
    if not options and "options" in property_:
        problems.add(f"{key}.options", NO_OPTIONS)
    if len(set(labels)) != len(labels):
        problems.add(f"{key}.options", OPTION_REPEATED)
    if problems.messages:
        return
    for name, option in options.items():
        option["$id"] = identity(name, old[name]) if name in old else UNNUMBERED
    property_["options"] = {option["label"]: option for option in options.values()}
    _check_default(property_, key, problems)


def _check_default(property_: Property, key: str, problems: Problems) -> None:
    options = property_["options"]
    if property_["type"] == "RADIO_BUTTON" and property_["defaultValue"] == "":
        property_["defaultValue"] = min(options.values(), key=lambda option: int(option["index"]))["label"]
    default = property_["defaultValue"]
    for value in default if isinstance(default, list) else [default]:
        if value not in options and value != "":
            problems.add(f"{key}.defaultValue", not_an_option(value))


def _read_new_columns(given: object, key: str, reading: Reading) -> dict[str, Property]:
    if given is None:
        reading.problems.add(f"{key}.fields", REQUIRED_PARAMETER)
        return {}
    if not isinstance(given, dict):
        reading.problems.add(f"{key}.fields", MUST_BE_OBJECT)
        return {}
    inside = Reading(reading.problems, inside_table=True)
    return {code: read_new(code, inner, f"{key}.fields[{code}]", inside) for code, inner in given.items()}


def _read_changed_columns(old: dict[str, Property], given: object, key: str, reading: Reading) -> dict[str, Property]:
    if given is None:
        return old
    if not isinstance(given, dict):
        reading.problems.add(f"{key}.fields", MUST_BE_OBJECT)
        return old
    for code in given:
        if code not in old:
            raise FieldNotFoundError(code=code)
    inside = Reading(reading.problems, inside_table=True)
    columns = [
        read_changed(column, given[code], f"{key}.fields[{code}]", inside) if code in given else column
        for code, column in old.items()
    ]
    return {column.get("code", ""): column for column in columns}
