"""Tables as files: each as JSON for programs, and as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from marketplace.holdings.takeouts.errors import TakeoutTooLargeError
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Text
from marketplace.sandbox.csv_files.writing import guarded

MOST_BYTES = 200 * MEGABYTE
IN_MEMORY = 8 * MEGABYTE
PIECE = 256 * 1024
JAPAN = ZoneInfo("Asia/Tokyo")
YES, NO = "はい", "いいえ"
Columns = Mapping[str, tuple[str, Any]]
"""Heading and expression of each column by its name."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of data: the name of its files, what it is, its columns, and where it is read."""

    name: str
    about: Text
    columns: Columns
    rows: Select[*tuple[Any, ...]]


def rows_of(columns: Columns) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads columns, to be joined and narrowed down."""
    return select(*(expression for _heading, expression in columns.values()))


class Archive:
    """The file under way; what is written can't be taken back."""

    def __init__(self, target: IO[bytes], keep: Callable[[], None], most_bytes: int = MOST_BYTES) -> None:
        """Begin the file; `keep` is called now and then, for the work may take long."""
        self._target = target
        self._keep = keep
        self._most_bytes = most_bytes
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def add(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write one file. Raises TakeoutTooLargeError."""
        with self._zip.open(path, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                self._keep()
                if self._target.tell() > self._most_bytes:
                    raise TakeoutTooLargeError(megabytes=self._most_bytes // MEGABYTE)

    def add_table(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Write a table as JSON and as CSV. Raises TakeoutTooLargeError."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as lines:
            self.add(f"{table.name}.json", _as_json(table, _copied(table, rows, lines)))
            lines.seek(0)
            self.add(f"{table.name}.csv", iter(lambda: lines.read(PIECE), b""))

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the file, also one that is of no use any more."""
        self._zip.close()


def document(value: object) -> bytes:
    """Return a value as JSON that people can read, too."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain).encode()


def _copied(table: Table, rows: Iterable[Sequence[Any]], lines: IO[bytes]) -> Iterator[Sequence[Any]]:
    """Pass the rows on, and write each as a line of CSV beside; Excel wants the byte order mark."""
    text = io.TextIOWrapper(lines, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading for heading, _expression in table.columns.values())
    for row in rows:
        writer.writerow([guarded(_cell(value)) for value in row])
        yield row
    text.detach()


def _as_json(table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    before = "[\n"
    for row in rows:
        item = dict(zip(table.columns, row, strict=True))
        yield (before + json.dumps(item, ensure_ascii=False, default=_plain)).encode()
        before = ",\n"
    yield b"\n]\n" if before.startswith(",") else b"[]\n"


def _cell(value: object) -> str:
    """Return a value as a spreadsheet shows it: moments in Japan's time, several values line by line."""
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case datetime():
            return f"{value.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}"
        case list() if not any(isinstance(each, dict | list) for each in value):
            return "\n".join(map(str, value))
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=_plain) if value else ""
    return str(value)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
