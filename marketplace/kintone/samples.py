"""Turns sample records into the bodies of calls: moments resolved, files uploaded, in batches of one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.moments import resolve_records
from marketplace.bundle.placeholders import substitute
from marketplace.kintone.client import RECORDS_PER_CALL
from marketplace.kintone.repeats import merge_repeats
from marketplace.kintone.translation import SendFile, Target

STATUS = "$status"


def sample_records(app: AppDefinition) -> list[JsonObject]:
    """Return the sample records as the bundle has them."""
    return list((app.part(PartName.RECORDS) or {}).get("records") or [])


def wanted_statuses(app: AppDefinition) -> list[str | None]:
    """Return the state each sample record is to be moved to; None where it stays."""
    return [(record.get(STATUS) or {}).get("value") for record in sample_records(app)]


def batches(app: AppDefinition) -> list[list[JsonObject]]:
    """Return the sample records in batches of one call; one that looks up another of its app comes after that."""
    own_lookups = _lookups_into_itself(app)
    made: list[list[JsonObject]] = [[]]
    for record in sample_records(app):
        sources = {(key, _plain(record, code)) for code, key in own_lookups.items() if _plain(record, code)}
        waits = any(_plain(earlier, key) == value for earlier in made[-1] for key, value in sources)
        if waits or len(made[-1]) == RECORDS_PER_CALL:
            made.append([])
        made[-1].append(record)
    return [batch for batch in made if batch]


def _lookups_into_itself(app: AppDefinition) -> dict[str, str]:
    return {
        code: str(field["lookup"]["relatedKeyField"])
        for code, field in app.fields.items()
        if "lookup" in field and field["lookup"]["relatedApp"]["app"] == app.key
    }


def _plain(record: JsonObject, code: str) -> object:
    value = (record.get(code) or {}).get("value")
    return value if isinstance(value, str | int | float) else None


def record_bodies(
    app: AppDefinition, records: Sequence[JsonObject], target: Target, *, send: SendFile, now: datetime
) -> list[JsonObject]:
    """Return records ready to be added, as of the moment given."""
    content = substitute(PartName.RECORDS, {"records": list(records)}, target.placeholders).content
    filled = resolve_records(merge_repeats(PartName.RECORDS, content), app.fields, now)
    return [_cells(record, app.fields, send) for record in filled["records"]]


def _cells(cells: JsonObject, fields: JsonObject, send: SendFile) -> JsonObject:
    return {
        code: {"value": _value(cell.get("value"), fields.get(code, {}), send)}
        for code, cell in cells.items()
        if code != STATUS
    }


def _value(value: Any, field: JsonObject, send: SendFile) -> Any:
    match field.get("type"):
        case "SUBTABLE":
            return [{"value": _cells(row["value"], field["fields"], send)} for row in value or []]
        case "FILE":
            return [{"fileKey": send(str(file["path"]))} for file in value or []]
        case _:
            return value


def count_files(app: AppDefinition) -> int:
    """Return how many uploads the sample records take."""
    counted = 0

    def count(_path: str) -> str:
        nonlocal counted
        counted += 1
        return ""

    counting: Callable[[str], str] = count
    for record in sample_records(app):
        _cells(record, app.fields, counting)
    return counted
