"""Turns what people typed into the values of a record call; widths, commas and slashes are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.kernel.text import Text
from marketplace.sandbox.form import LIST_TYPES, Field, FieldType, Form
from marketplace.sandbox.records.moments import read_date, read_time
from marketplace.sandbox.records.numbers import read_number
from marketplace.web.apps.entry import (
    PRINCIPALS,
    UPLOADED,
    Entry,
    EntryRow,
    Spot,
    Typed,
    fields_filled_in,
    is_filled_in,
)
from marketplace.web.apps.rich_text import clean_rich_text, rich_text_of_lines

Document = dict[str, Any]
NOT_A_NUMBER = Text("数字で入力してください（例：12000）。", "Enter a number, such as 12000.")
NOT_A_DATE = Text("日付は「2026-04-01」の形で入力してください。", "Enter the date like 2026-04-01.")
NOT_A_TIME = Text("時刻は「09:30」の形で入力してください。", "Enter the time like 09:30.")
NOT_A_MOMENT = Text(
    "日時は「2026-04-01 09:30」の形で入力してください。", "Enter the date and time like 2026-04-01 09:30."
)
_DAY = re.compile(r"([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})\s*日?")
_CLOCK = re.compile(r"([0-9]{1,2})\s*[:時]\s*([0-9]{1,2})?\s*分?(?::[0-9]{2})?")
_MOMENT = re.compile(r"(.+?)(?:[T\s]+|(?<=日))([0-9]{1,2}\s*[:時].*)")
LONGEST_MOMENT = 100
"""No day and no time is longer; what is, isn't looked at, as it could take the patterns above long."""
_MINUS = str.maketrans({"−": "-", "ー": "-", "―": "-", "‐": "-", "–": "-"})


@dataclass(slots=True)
class Body:
    """The values of a record call, and what can't be understood at all, by the name of its control."""

    values: Document = field(default_factory=dict)
    problems: dict[str, list[Text]] = field(default_factory=dict)


def body_of(form: Form, entry: Entry, before: Entry | None = None) -> Body:
    """Return the values to send; of a record that exists, only what differs from `before`."""
    body = Body()
    for each in fields_filled_in(form):
        if each.type is FieldType.SUBTABLE:
            _put_table(form, entry, before, each, body)
        elif each.code in entry.values:
            spot = Spot(each)
            if before is None or spot.name in entry.fetched or entry.at(spot) != before.at(spot):
                body.values[each.code] = {"value": raw_value(form, spot, entry.at(spot), body.problems)}
    return body


def _put_table(form: Form, entry: Entry, before: Entry | None, table: Field, body: Body) -> None:
    rows = entry.rows.get(table.code)
    if rows is None:
        return
    known = {} if before is None else {row.id: row for row in before.rows.get(table.code, ()) if row.id}
    is_fetched = any(name.startswith(f"f{table.id}-") for name in entry.fetched)
    if before is not None and not is_fetched and rows == before.rows.get(table.code, ()):
        return
    body.values[table.code] = {
        "value": [_raw_row(form, entry, Spot(table, table, position), known, body) for position in range(len(rows))]
    }


def _raw_row(form: Form, entry: Entry, at: Spot, known: Mapping[str, EntryRow], body: Body) -> Document:
    table = at.field
    row = entry.rows[table.code][at.row]
    old = known.get(row.id)
    cells: Document = {}
    for column in table.columns.values():
        spot = Spot(column, table, at.row)
        if not is_filled_in(form, column):
            continue
        is_same = old is not None and entry.at(spot) == old.values.get(column.code, ())
        if column.lookup is not None and is_same and spot.name not in entry.fetched:
            continue  # what was copied before stays, even if its source has gone since
        cells[column.code] = {"value": raw_value(form, spot, entry.at(spot), body.problems)}
    return {"id": row.id or None, "value": cells}


def raw_value(form: Form, spot: Spot, typed: Typed, problems: dict[str, list[Text]]) -> Any:
    """Return a value in REST shape; what can't be understood is noted and sent as nothing."""
    kind = spot.field.type
    if kind is FieldType.FILE:
        return [{"fileKey": key.removeprefix(UPLOADED)} for key in typed]
    if kind in PRINCIPALS:
        return [{"code": code} for code in typed]
    if kind in LIST_TYPES:
        return list(typed)
    return _raw_text(form, spot, typed[0], problems) if typed else ""


def _raw_text(form: Form, spot: Spot, text: str, problems: dict[str, list[Text]]) -> str:
    if spot.field.type is FieldType.RICH_TEXT:
        return clean_rich_text(rich_text_of_lines(text))
    if spot.field.type is FieldType.LINK:
        return _link(text, str(spot.field.settings.get("protocol", "WEB")))
    if spot.field.type not in READERS:
        return text
    read, message = READERS[spot.field.type]
    is_read = spot.field.type is FieldType.NUMBER or len(text) <= LONGEST_MOMENT
    found = read(text, form.timezone, spot.field) if is_read else None
    if found is None:
        problems.setdefault(spot.name, []).append(message)
    return found or ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _link(text: str, protocol: str) -> str:
    """Forgive full-width letters in telephone numbers and mail addresses."""
    if protocol == "CALL":
        return _plain(text.translate(_MINUS))
    return _plain(text) if protocol == "MAIL" else text


def _number(text: str, _timezone: str, of: Field) -> str | None:
    """Forgive full-width digits, commas, spaces, and the unit typed along."""
    plain = _plain(text.translate(_MINUS))
    unit = _plain(str(of.settings.get("unit") or ""))
    if unit:
        plain = plain.removesuffix(unit).removeprefix(unit)
    bare = re.sub(r"[,\s]", "", plain).lstrip("¥\\")
    return bare if read_number(bare) is not None else None


def _date(text: str, _timezone: str, _of: Field) -> str | None:
    found = _DAY.fullmatch(_plain(text))
    return read_date("-".join(found.groups())) if found else None


def _time(text: str, _timezone: str, _of: Field) -> str | None:
    found = _CLOCK.fullmatch(_plain(text))
    return read_time(f"{found[1]}:{int(found[2] or 0):02}") if found else None


def _moment(text: str, timezone: str, of: Field) -> str | None:
    found = _MOMENT.fullmatch(_plain(text))
    if not found:
        return None
    day, clock = _date(found[1], timezone, of), _time(found[2], timezone, of)
    if day is None or clock is None:
        return None
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(timezone)).isoformat()


READERS: dict[FieldType, tuple[Callable[[str, str, Field], str | None], Text]] = {
    FieldType.NUMBER: (_number, NOT_A_NUMBER),
    FieldType.DATE: (_date, NOT_A_DATE),
    FieldType.TIME: (_time, NOT_A_TIME),
    FieldType.DATETIME: (_moment, NOT_A_MOMENT),
}
