"""Keeps lookups and related records in step when the fields they name change their codes or options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.sandbox.query.rewriting import rewrite_condition, rewrite_order
from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.renames import Renames, every_field


def follow_own_links(
    properties: Mapping[str, Property], app_id: int, renames: Renames, kept: frozenset[str] = frozenset()
) -> None:
    """Follow the changes of a form in its own links; those of the fields `kept` were written in the new names."""
    for property_, _ in every_field(properties):
        if property_["code"] in kept:
            continue
        if (lookup := property_.get("lookup")) is not None:
            lookup["fieldMappings"] = [
                {**each, "field": renames.code(each["field"])}
                for each in lookup["fieldMappings"]
                if each["field"] not in renames.gone
            ]
        if (table := property_.get("referenceTable")) is not None:
            table["condition"]["field"] = renames.code(table["condition"]["field"])
        _follow_source(property_, app_id, renames)


def follow_source_app(properties: Mapping[str, Property], app_id: int, renames: Renames) -> None:
    """Follow the changes of an app's form in the links of another form that read it."""
    for property_, _ in every_field(properties):
        _follow_source(property_, app_id, renames)


def reads_app(link: Mapping[str, Any] | None, app_id: int) -> bool:
    """Tell whether a lookup or related records read an app."""
    return link is not None and int(link["relatedApp"]["app"]) == app_id


def _follow_source(property_: Property, app_id: int, renames: Renames) -> None:
    lookup, table = property_.get("lookup"), property_.get("referenceTable")
    if lookup is not None and reads_app(lookup, app_id):
        lookup["relatedKeyField"] = renames.code(lookup["relatedKeyField"])
        for each in lookup["fieldMappings"]:
            each["relatedField"] = renames.code(each["relatedField"])
        lookup["lookupPickerFields"] = _codes(lookup["lookupPickerFields"], renames)
        _ask_anew(lookup, renames)
    if table is not None and reads_app(table, app_id):
        table["condition"]["relatedField"] = renames.code(table["condition"]["relatedField"])
        table["displayFields"] = _codes(table["displayFields"], renames)
        _ask_anew(table, renames)


def _ask_anew(link: dict[str, Any], renames: Renames) -> None:
    link["filterCond"] = rewrite_condition(link["filterCond"], renames).text
    link["sort"] = rewrite_order(link["sort"], renames)


def _codes(codes: list[str], renames: Renames) -> list[str]:
    return [renames.code(code) for code in codes if code not in renames.gone]
