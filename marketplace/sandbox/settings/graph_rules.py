"""Which fields a graph may group and count by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import NOT_IN_ENUM, REQUIRED_PARAMETER, FieldNotFoundError, InvalidInputError
from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.shape_messages import NOT_ALLOWED_HERE, size_between

NOT_COUNTABLE = Text("この種類のフィールドは集計できません。", "Fields of this type cannot be used in this function.")

_ALL_UNITS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE"})
_UNITS = {
    "DATE": _ALL_UNITS - {"HOUR", "MINUTE"},
    "TIME": frozenset({"HOUR", "MINUTE"}),
    **dict.fromkeys(("DATETIME", "CREATED_TIME", "UPDATED_TIME"), _ALL_UNITS),
}
_SUMMABLE_RESULTS = frozenset({"NUMBER", "NUMBER_DIGIT", "HOUR_MINUTE", "DAY_HOUR_MINUTE"})
_COMPARABLE = frozenset({"NUMBER", "CALC", *_UNITS})


def check_graph(report: Mapping[str, Any], fields: Mapping[str, Property], key: str) -> None:
    """Check the groups and the functions of a graph. Raises InvalidInputError or FieldNotFoundError."""
    for index, group in enumerate(report["groups"]):
        _check_group(group, fields, f"{key}.groups[{index}]")
    for index, function in enumerate(report["aggregations"]):
        if function["type"] != "COUNT":
            _check_function(function, fields, f"{key}.aggregations[{index}]")
    if report["chartType"] == "PIVOT_TABLE":
        if not report["groups"]:
            raise InvalidInputError({f"{key}.groups": [size_between(1, 3)]})
        if len(report["aggregations"]) > 1:
            raise InvalidInputError({f"{key}.aggregations": [size_between(0, 1)]})


def _check_group(group: Mapping[str, str], fields: Mapping[str, Property], key: str) -> None:
    units = _UNITS.get(_field(fields, group["code"])["type"])
    if units is None:
        if "per" in group:
            raise InvalidInputError({f"{key}.per": [NOT_ALLOWED_HERE]})
    elif "per" not in group:
        raise InvalidInputError({f"{key}.per": [REQUIRED_PARAMETER]})
    elif group["per"] not in units:
        raise InvalidInputError({f"{key}.per": [NOT_IN_ENUM]})


def _check_function(function: Mapping[str, str], fields: Mapping[str, Property], key: str) -> None:
    field = _field(fields, function["code"])
    if function["type"] in {"MAX", "MIN"}:
        accepted = field["type"] in _COMPARABLE
    elif field["type"] == "CALC":
        accepted = field["format"] in _SUMMABLE_RESULTS
    else:
        accepted = field["type"] == "NUMBER"
    if not accepted:
        raise InvalidInputError({f"{key}.code": [NOT_COUNTABLE]})


def _field(fields: Mapping[str, Property], code: str) -> Property:
    if code not in fields:
        raise FieldNotFoundError(code=code)
    return fields[code]
