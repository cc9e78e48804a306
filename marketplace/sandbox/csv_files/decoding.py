"""Reads the bytes of a CSV file as lines of cells, whatever program made it; hostile files cost little."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.sandbox.csv_files.errors import CsvBrokenError, CsvEmptyError, CsvEncodingError, CsvTooLargeError
from marketplace.sandbox.csv_files.limits import MOST_BYTES, MOST_COLUMNS, MOST_LINES, limits
from marketplace.sandbox.csv_files.writing import DANGEROUS

# Excel keeps leading zeros as ="0123".
AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line: its number as editors count, and its cells."""

    number: int
    cells: tuple[str, ...]

    def cell(self, position: int) -> str:
        """Return a cell; a line may be shorter than the heading."""
        return self.cells[position] if position < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was read."""

    encoding: str
    header: tuple[str, ...]
    lines: tuple[FileLine, ...]


def read_csv(data: bytes) -> CsvFile:
    """Return the heading and the lines of a file.

    Raises CsvTooLargeError, CsvEncodingError, CsvBrokenError or CsvEmptyError.
    """
    if len(data) > MOST_BYTES:
        raise CsvTooLargeError(**limits())
    encoding, text = _decode(data)
    if "\x00" in text:
        raise CsvBrokenError(line=text[: text.index("\x00")].count("\n") + 1)
    parsed = _parse(text)
    header = next(parsed, None)
    if header is None:
        raise CsvEmptyError
    lines: list[FileLine] = []
    for line in parsed:
        if len(lines) >= MOST_LINES:
            raise CsvTooLargeError(**limits())
        lines.append(line)
    if not lines:
        raise CsvEmptyError
    return CsvFile(encoding, tuple(name.strip() for name in header.cells), tuple(lines))


def _decode(data: bytes) -> tuple[str, str]:
    """Return the encoding and the text: a byte order mark decides, then whether it is UTF-8, then Shift_JIS."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16", _try("utf-16", data)
    for codec, name in (("utf-8-sig", "UTF-8"), ("cp932", "Shift_JIS")):
        try:
            return name, data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise CsvEncodingError


def _try(codec: str, data: bytes) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise CsvEncodingError from error


def _parse(text: str) -> Iterator[FileLine]:
    """Yield the lines that hold anything; a quoted cell may span several lines of the file."""
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvBrokenError(line=number) from error
        if len(cells) > MOST_COLUMNS:
            raise CsvTooLargeError(**limits())
        if any(cells):
            yield FileLine(number, tuple(_unwrapped(cell) for cell in cells))


def _unwrapped(cell: str) -> str:
    """Take off what spreadsheets, and our own export, put around a text."""
    if found := AS_FORMULA.fullmatch(cell):
        return found[1].replace('""', '"')
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell
