"""Where rights name fields: as whom they are given to, and in the conditions of records; kept in step with the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import Part
from marketplace.sandbox.query import parse_query
from marketplace.sandbox.settings.store import Preview


def rename_in_rights(preview: Preview, codes: Mapping[str, str]) -> None:
    """Follow renamed fields in the rights on records and fields, so that nobody gains or loses by a new name."""
    if not codes:
        return
    for part in (Part.RECORD_ACL, Part.FIELD_ACL):
        rights = preview.read(part)["rights"]
        if not rights:
            continue
        for right in rights:
            _rename_holders(right["entities"], codes)
            if "filterCond" in right:
                right["filterCond"] = renamed_condition(right["filterCond"], codes)
        preview.write(part, {"rights": rights})


def renamed_condition(condition: str, codes: Mapping[str, str]) -> str:
    """Return a condition with its fields named anew; one that can't be read stays as it is."""
    try:
        names = [comparison.field for comparison in parse_query(condition).comparisons]
    except PlatformError:
        return condition
    for name in sorted(names, key=lambda each: each.position, reverse=True):
        end = name.position + len(name.code)
        condition = condition[: name.position] + codes.get(name.code, name.code) + condition[end:]
    return condition


def _rename_holders(entities: list[dict[str, Any]], codes: Mapping[str, str]) -> None:
    for each in entities:
        entity = each["entity"]
        if entity["type"] == "FIELD_ENTITY":
            entity["code"] = codes.get(entity["code"], entity["code"])
