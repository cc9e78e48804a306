"""The title of a record, as notices of it carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.form import FieldType, JsonObject
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.settings.store import read_part


def record_title(session: Session, app: App, record: JsonObject) -> str:
    """Return the title of a record in REST shape: the field the app names, else its first text, else its number.

    `record` must hold all of the record's fields.
    """
    chosen = read_part(session, app, Stage.LIVE, Part.SETTINGS).get("titleField") or {}
    if chosen.get("selectionMode") == "MANUAL":
        codes = [str(chosen.get("code", ""))]
    else:
        layout = read_part(session, app, Stage.LIVE, Part.LAYOUT)["layout"]
        codes = [code for code in _placed(layout) if _type(record, code) == FieldType.SINGLE_LINE_TEXT.value][:1]
    titles = (_words(record[code].get("value")) for code in codes if code in record)
    return next((title for title in titles if title), _number(record))


def _placed(layout: Sequence[JsonObject]) -> Iterator[str]:
    """Yield the codes of the fields in the order of the form, those in groups included."""
    for line in layout:
        if line.get("type") == "GROUP":
            yield from _placed(line.get("layout") or ())
        elif line.get("type") == "ROW":
            yield from (str(field["code"]) for field in line.get("fields") or () if "code" in field)


def _type(record: JsonObject, code: str) -> str:
    return str(record.get(code, {}).get("type", ""))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("code") or "")
    return "" if value is None else str(value)


def _number(record: JsonObject) -> str:
    numbers = (cell["value"] for cell in record.values() if cell["type"] == FieldType.RECORD_NUMBER.value)
    return str(next(numbers, record["$id"]["value"]))
