"""Writes records as lines of CSV, one after the other, in the memory of a few hundred records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.csv_files.columns import FIRST_LINE, MARK, FileColumn, columns_of, every_code, has_tables
from marketplace.sandbox.form import FieldType, JsonObject, live_form
from marketplace.sandbox.models import App
from marketplace.sandbox.policy import require_app_right
from marketplace.sandbox.records.reading import stream_records
from marketplace.sandbox.rights.field_rights import field_access

Line = list[str]
ENCODINGS = {"utf-8": "utf-8-sig", "cp932": "cp932"}
"""Excel takes UTF-8 for what it is only behind a byte order mark."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
MOMENTS = {FieldType.DATETIME, FieldType.CREATED_TIME, FieldType.UPDATED_TIME}
# The same signs under other numbers: what Japanese keyboards and Windows' table of characters disagree about.
TWINS = str.maketrans({"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "\u00a5": "￥"})
STAND_IN = "〓"
MOST_NOTED = 100


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written: the records of a query and a search, by some columns."""

    query: str
    search: str
    codes: tuple[str, ...] | None
    """The fields to write; None writes all."""
    is_raw: bool = False
    """Leave texts as they are that a spreadsheet would run as formulas."""


def export_lines(session: Session, caller: Caller, app: App, wanted: Export, now: datetime) -> Iterator[Line]:
    """Return the heading and then the lines of every record; refusals come before the first line.

    Raises NoPrivilegeError for who may not export, and the errors of the query language.
    """
    require_app_right(session, caller, app, "export")
    form = field_access(live_form(session, app), caller).form_seen
    columns = columns_of(form, every_code(form) if wanted.codes is None else wanted.codes)
    codes = [*dict.fromkeys(each.field.table or each.field.code for each in columns), "$id"]
    records = stream_records(session, caller, app, query=wanted.query, search=wanted.search, fields=codes, now=now)
    return _lines(records, columns, ZoneInfo(form.timezone), is_raw=wanted.is_raw)


def _lines(
    records: Iterable[JsonObject], columns: Sequence[FileColumn], zone: ZoneInfo, *, is_raw: bool
) -> Iterator[Line]:
    marked = has_tables(columns)
    yield [*([FIRST_LINE] if marked else []), *(column.header for column in columns)]
    for record in records:
        for line in _record_lines(record, columns, zone):
            safe = line if is_raw else [guarded(text) for text in line]
            # The mark is a star, which no spreadsheet runs.
            yield safe if marked else safe[1:]


def _record_lines(record: JsonObject, columns: Sequence[FileColumn], zone: ZoneInfo) -> Iterator[Line]:
    """Yield the lines of one record, each behind its mark; fields outside tables stand in the first line only."""
    tables = {column.field.table for column in columns if column.field.table is not None}
    rows = {table: (record.get(table) or {}).get("value") or [] for table in tables}
    for number in range(max([1, *(len(each) for each in rows.values())])):
        cells = []
        for column in columns:
            table = column.field.table
            if table is None:
                cells.append(cell_text(column, record, zone) if number == 0 else "")
            else:
                row = rows[table][number]["value"] if number < len(rows[table]) else {}
                cells.append(cell_text(column, row, zone))
        yield [MARK if number == 0 else "", *cells]


def cell_text(column: FileColumn, held: JsonObject, zone: ZoneInfo) -> str:
    """Return one value as a spreadsheet holds it: moments in the site's time, several options line by line."""
    value = (held.get(column.field.code) or {}).get("value")
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "\n".join(_name(each) for each in value)
    if isinstance(value, dict):
        return _name(value)
    shown_as = column.field.settings.get("format") if column.field.type is FieldType.CALC else None
    if column.field.type in MOMENTS or shown_as == "DATETIME":
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"
    return str(value)


def _name(value: Any) -> str:
    """Return an option, the code of a person, or the name of a file."""
    if isinstance(value, dict):
        return str(value["name"] if "fileKey" in value else value.get("code", ""))
    return str(value)


def guarded(text: str) -> str:
    """Return a text such that no spreadsheet takes it for a formula: behind an apostrophe, unless it is a number."""
    if text.startswith(DANGEROUS) and not PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


@dataclass(frozen=True, slots=True)
class Replaced:
    """A character that the encoding lacks: where in the file it stood."""

    line: int
    column: str
    character: str


@dataclass(slots=True)
class CsvEncoder:
    """Turns lines into bytes of an encoding, and notes what had to be replaced."""

    encoding: str
    count: int = 0
    """How many characters were replaced."""
    noted: list[Replaced] = field(default_factory=list)
    """The first of them."""

    def encode(self, lines: Iterable[Line]) -> Iterator[bytes]:
        """Yield the bytes of the file, some lines at a time."""
        codec = ENCODINGS[self.encoding]
        header: Line = []
        for number, line in enumerate(lines, start=1):
            header = header or line
            told = line if self.encoding == "utf-8" else self._replaced(line, number, header)
            buffer = io.StringIO(newline="")
            csv.writer(buffer, lineterminator="\r\n").writerow(told)
            # The byte order mark begins the file, not each line.
            yield buffer.getvalue().encode(codec if number == 1 else codec.removesuffix("-sig"))

    def _replaced(self, line: Line, number: int, header: Line) -> Line:
        return [self._fit(text.translate(TWINS), number, name) for text, name in zip(line, header, strict=True)]

    def _fit(self, text: str, number: int, column: str) -> str:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return "".join(self._fit_letter(letter, number, column) for letter in text)
        return text

    def _fit_letter(self, letter: str, number: int, column: str) -> str:
        try:
            letter.encode(self.encoding)
        except UnicodeEncodeError:
            self.count += 1
            if len(self.noted) < MOST_NOTED:
                self.noted.append(Replaced(number, column, letter))
            return STAND_IN
        return letter
