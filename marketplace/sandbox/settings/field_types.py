"""The attributes of each field type, with what kintone fills in where they are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from marketplace.kernel.text import Text
from marketplace.sandbox.settings.shapes import (
    Attribute,
    Decimals,
    Digits,
    Flag,
    ListOf,
    MapOf,
    Obj,
    Problems,
    Shape,
    Txt,
    may,
    need,
    one_of,
)
from marketplace.sandbox.settings.standard_fields import RENAMEABLE

CODE_MALFORMED = Text(
    "先頭に数字が使用されているか、使用できない記号、またはスペースが含まれているため保存できません。",
    "The code cannot be saved because it begins with a number, or contains a symbol or a space that cannot be used.",
)
_CODE = re.compile(r"(?!\d)[\w・･＿￥＄€£¥]+")
LONGEST_CODE = 128


class Code:
    """A field code as kintone allows it."""

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the code."""
        code = Txt(longest=LONGEST_CODE, shortest=1).read(value, key, problems)
        if code and not _CODE.fullmatch(code):
            problems.add(key, CODE_MALFORMED)
        return code


ENTITIES = ListOf(Obj({"type": need(one_of("USER GROUP ORGANIZATION FUNCTION FIELD_ENTITY")), "code": need(Txt())}))
OPTIONS = MapOf(Obj({"label": need(Txt(longest=128, shortest=1)), "index": need(Digits())}))

_NO_LABEL = {"noLabel": may(Flag(), otherwise=False)}
_DATA = {**_NO_LABEL, "required": may(Flag(), otherwise=False)}
_UNIQUE = {"unique": may(Flag(), otherwise=False)}
_TEXT_DEFAULT = {"defaultValue": may(Txt(), otherwise="")}
_LIST_DEFAULT = {"defaultValue": may(ListOf(Txt()), otherwise=list)}
_ENTITY_DEFAULT = {"entities": may(ENTITIES, otherwise=list), "defaultValue": may(ENTITIES, otherwise=list)}
_NOW_DEFAULT = {**_TEXT_DEFAULT, "defaultNowValue": may(Flag(), otherwise=False)}
_LENGTH = {
    "minLength": may(Digits(may_be_empty=True), otherwise=""),
    "maxLength": may(Digits(may_be_empty=True), otherwise=""),
}
_UNIT = {
    "displayScale": may(Digits(most=10, may_be_empty=True), otherwise=""),
    "unit": may(Txt(longest=128), otherwise=""),
    "unitPosition": may(one_of("BEFORE AFTER"), otherwise="BEFORE"),
}
_ALIGN = {"align": may(one_of("HORIZONTAL VERTICAL"), otherwise="HORIZONTAL")}
_OPTIONS = {"options": need(OPTIONS)}
_FORMATS = one_of("NUMBER NUMBER_DIGIT DATETIME DATE TIME HOUR_MINUTE DAY_HOUR_MINUTE")

ATTRIBUTES: dict[str, Mapping[str, Attribute]] = {
    "SINGLE_LINE_TEXT": {
        **_DATA,
        **_UNIQUE,
        **_LENGTH,
        **_TEXT_DEFAULT,
        "expression": may(Txt(), otherwise=""),
        "hideExpression": may(Flag(), otherwise=False),
    },
    "MULTI_LINE_TEXT": {**_DATA, **_TEXT_DEFAULT},
    "RICH_TEXT": {**_DATA, **_TEXT_DEFAULT},
    "NUMBER": {
        **_DATA,
        **_UNIQUE,
        **_UNIT,
        "minValue": may(Decimals(), otherwise=""),
        "maxValue": may(Decimals(), otherwise=""),
        "digit": may(Flag(), otherwise=False),
        "defaultValue": may(Decimals(longest=1000), otherwise=""),
    },
    "CALC": {
        **_DATA,
        **_UNIT,
        "expression": need(Txt()),
        "format": may(_FORMATS, otherwise="NUMBER"),
        "hideExpression": may(Flag(), otherwise=False),
    },
    "RADIO_BUTTON": {
        **_NO_LABEL,
        "required": may(Flag(), otherwise=True),
        **_OPTIONS,
        **_ALIGN,
        **_TEXT_DEFAULT,
    },
    "CHECK_BOX": {**_DATA, **_OPTIONS, **_ALIGN, **_LIST_DEFAULT},
    "MULTI_SELECT": {**_DATA, **_OPTIONS, **_LIST_DEFAULT},
    "DROP_DOWN": {**_DATA, **_OPTIONS, **_TEXT_DEFAULT},
    "DATE": {**_DATA, **_UNIQUE, **_NOW_DEFAULT},
    "TIME": {**_DATA, **_NOW_DEFAULT},
    "DATETIME": {**_DATA, **_UNIQUE, **_NOW_DEFAULT},
    "FILE": {**_DATA, "thumbnailSize": may(one_of("50 150 250 500"), otherwise="50")},
    "LINK": {
        **_DATA,
        **_UNIQUE,
        **_LENGTH,
        **_TEXT_DEFAULT,
        "protocol": may(one_of("WEB CALL MAIL"), otherwise="WEB"),
    },
    "USER_SELECT": {**_DATA, **_ENTITY_DEFAULT},
    "ORGANIZATION_SELECT": {**_DATA, **_ENTITY_DEFAULT},
    "GROUP_SELECT": {**_DATA, **_ENTITY_DEFAULT},
    "REFERENCE_TABLE": dict(_NO_LABEL),
    "GROUP": {**_NO_LABEL, "openGroup": may(Flag(), otherwise=False)},
    "SUBTABLE": dict(_NO_LABEL),
    **{kind: dict(_NO_LABEL) for kind in RENAMEABLE},
}
"""Everything but type, code, label and the three nested definitions (lookup, referenceTable, fields)."""

LOOKUP_ATTRIBUTES: Mapping[str, Attribute] = _DATA
"""A lookup field keeps only these of its type."""

LOOKUP_TYPES = frozenset({"SINGLE_LINE_TEXT", "NUMBER", "LINK"})
OPTION_TYPES = frozenset({"RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT", "DROP_DOWN"})
CREATABLE = frozenset(ATTRIBUTES) - RENAMEABLE
INNER_TYPES = CREATABLE - {"SUBTABLE", "GROUP", "REFERENCE_TABLE"}

_RELATED_APP: dict[str, Attribute] = {
    "relatedApp": need(Obj({"app": need(Digits(least=1)), "code": may(Txt(), otherwise="")})),
}
LOOKUP: Shape = Obj(
    {
        **_RELATED_APP,
        "relatedKeyField": need(Txt(shortest=1)),
        "fieldMappings": may(
            ListOf(Obj({"field": need(Txt(shortest=1)), "relatedField": need(Txt(shortest=1))})), otherwise=list
        ),
        "lookupPickerFields": may(ListOf(Txt(shortest=1)), otherwise=list),
        "filterCond": may(Txt(), otherwise=""),
        "sort": may(Txt(), otherwise=""),
    }
)
REFERENCE_TABLE: Shape = Obj(
    {
        **_RELATED_APP,
        "condition": need(Obj({"field": need(Txt(shortest=1)), "relatedField": need(Txt(shortest=1))})),
        "filterCond": may(Txt(), otherwise=""),
        "displayFields": need(ListOf(Txt(shortest=1))),
        "sort": may(Txt(), otherwise=""),
        "size": may(one_of("5 10 20 30 40 50"), otherwise="5"),
    }
)
