"""The records of other apps that a record's page shows in its lists of related records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.settings.live_settings import LiveApp
from marketplace.web.apps.sheets import Grid, list_cells, list_columns

Document = dict[str, Any]
ReadApp = Callable[[int], LiveApp]
ReadRecords = Callable[[LiveApp, str], list[Document]]
CHOICE_TYPES = {"DROP_DOWN", "RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT", "STATUS"}
MOST_ROWS = 50


def related_grids(
    live: LiveApp, record: Document, read_app: ReadApp, read_records: ReadRecords, language: Language
) -> dict[str, Grid]:
    """Return each list of related records by the code of its field; one that can't be read is shown empty."""
    grids = {}
    for code, settings in live.properties.items():
        if settings.get("type") == "REFERENCE_TABLE":
            label = str(settings.get("label") or code)
            try:
                grids[code] = _grid(label, settings, record, read_app, read_records, language)
            except PlatformError:
                # The other app may have been deleted, or its field renamed, since.
                grids[code] = Grid(label, (), ())
    return grids


def _grid(
    label: str,
    settings: Document,
    record: Document,
    read_app: ReadApp,
    read_records: ReadRecords,
    language: Language,
) -> Grid:
    table = settings.get("referenceTable") or {}
    other = read_app(int(table["relatedApp"]["app"]))
    columns = list_columns(other.properties, list(table.get("displayFields") or []))
    value = (record.get(str(table["condition"]["field"])) or {}).get("value")
    found = read_records(other, related_query(table, other, str(value))) if value else []
    rows = tuple(tuple(list_cells(each, columns, other.properties, language)) for each in found)
    return Grid(label, tuple(column.label for column in columns), rows)


def related_query(table: Document, other: LiveApp, value: str) -> str:
    """Return the query for the records that belong to a value, in kintone's language."""
    code = str(table["condition"]["relatedField"])
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    is_choice = other.properties.get(code, {}).get("type") in CHOICE_TYPES
    condition = f"{code} in ({quoted})" if is_choice else f"{code} = {quoted}"
    if table.get("filterCond"):
        condition = f"{condition} and ({table['filterCond']})"
    size = min(int(table.get("size") or MOST_ROWS), MOST_ROWS)
    return f"{condition} order by {table.get('sort') or '$id desc'} limit {size}"
