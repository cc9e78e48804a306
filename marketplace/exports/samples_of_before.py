"""Takes the sample records of the version before over, as far as they fit the fields of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marketplace.bundle.checks.form import make_form
from marketplace.bundle.checks.records import check_records
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.walking import walk
from marketplace.kernel.text import Text
from marketplace.kintone.reading.left_behind import LeftBehind
from marketplace.kintone.samples import STATUS

OUTDATED = Text(
    "前の版のサンプルレコードは、今の項目と合わないため引き継ぎませんでした。",
    "The sample records of the version before do not fit the fields any more and were not taken over.",
)


def with_samples_of_before(
    apps: Sequence[AppDefinition], base: Bundle | None
) -> tuple[list[AppDefinition], list[LeftBehind]]:
    """Return the apps, those without records with the ones of before, and what of them had to be left.

    Records that would be refused are left; others that look them up then go too.
    """
    every = {app.key: app for app in apps}
    before = {app.key: app for app in (base.apps if base else ()) if PartName.RECORDS in app.parts}
    offered = {key: _with_records(app, before[key]) for key, app in every.items() if _lacks(app) and key in before}
    left: list[LeftBehind] = []
    while refused := _refused(every | offered, offered):
        left += [LeftBehind(key, PartName.RECORDS, "", OUTDATED) for key in refused]
        offered = {key: app for key, app in offered.items() if key not in refused}
    return list((every | offered).values()), left


def _lacks(app: AppDefinition) -> bool:
    return PartName.RECORDS not in app.parts


def _refused(every: dict[str, AppDefinition], offered: dict[str, AppDefinition]) -> list[str]:
    forms = {key: make_form(app) for key, app in every.items()}
    return [key for key in offered if any(found.is_error for found in check_records(forms[key], forms))]


def _with_records(app: AppDefinition, before: AppDefinition) -> AppDefinition:
    """Return an app with the records of before, less the values of fields that are gone."""
    fields = {code: set(definition.get("fields", ())) for code, definition in app.fields.items()}
    records = [_of_fields(record, fields) for record in before.parts[PartName.RECORDS]["records"]]
    content: JsonObject = {"records": records}
    paths = {value["path"] for _pointer, value in walk(content) if isinstance(value, dict) and "path" in value}
    files = {path: data for path, data in before.files.items() if path in paths}
    return replace(app, parts={**app.parts, PartName.RECORDS: content}, files={**files, **app.files})


def _of_fields(record: JsonObject, fields: dict[str, set[str]]) -> JsonObject:
    return {code: _of_columns(cell, fields.get(code)) for code, cell in record.items() if code in {STATUS, *fields}}


def _of_columns(cell: JsonObject, columns: set[str] | None) -> JsonObject:
    """Return the cell of a table without the columns that are gone; any other as it is."""
    if not columns:
        return cell
    rows = [{"value": {code: one for code, one in row["value"].items() if code in columns}} for row in cell["value"]]
    return {**cell, "value": rows}
