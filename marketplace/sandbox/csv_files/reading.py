"""Puts the lines of a file together to the records they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.csv_files.cells import raw_value
from marketplace.sandbox.csv_files.columns import MARK
from marketplace.sandbox.csv_files.decoding import CsvFile, FileLine
from marketplace.sandbox.csv_files.targets import NOTHING, NUMBER, Target, targets_of
from marketplace.sandbox.form import Form

NO_FIRST_LINE = Text(
    "最初の行に、レコードの始まりを示す「*」がありません。", "The first line has no * that marks the start of a record."
)
REPEATED_KEY = Text("{line}行目にも同じ値のキーがあります。", "Line {line} has the same key.")
UNTICKED = {"", "0", "FALSE", "false"}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file is to be read: the target of each column, and the target that is the key; empty adds every record."""

    targets: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell, or with a line as a whole where no column is named."""

    line: int
    column: str
    message: Text


@dataclass(slots=True)
class FileRecord:
    """One record of a file: its raw values, its key, and where its lines stand."""

    line: int
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    row_lines: dict[str, list[int]] = field(default_factory=dict)
    """The line of each row of its tables, by the table's code."""


def read_records(form: Form, file: CsvFile, mapping: ColumnMapping) -> tuple[list[FileRecord], list[RowProblem]]:
    """Return the records of a file, and what is wrong with the file itself."""
    known = targets_of(form)
    columns = [
        (position, known[name]) for position, name in enumerate(mapping.targets) if name != NOTHING and name in known
    ]
    records: list[FileRecord] = []
    problems: list[RowProblem] = []
    for lines in _groups(file, columns):
        if isinstance(lines, RowProblem):
            problems.append(lines)
        else:
            records.append(_record(form, lines, columns, mapping.key))
    problems += _repeated(records, known, mapping.key)
    return records, problems


def _groups(file: CsvFile, columns: Sequence[tuple[int, Target]]) -> Iterator[list[FileLine] | RowProblem]:
    """Yield the lines of each record: those up to the next mark, or every line where no column holds marks."""
    mark = next((position for position, target in columns if target.name == MARK), None)
    if mark is None:
        yield from ([line] for line in file.lines)
        return
    group: list[FileLine] = []
    for line in file.lines:
        if line.cell(mark).strip() and group:
            yield group
            group = []
        elif not group and not line.cell(mark).strip():
            yield RowProblem(line.number, "", NO_FIRST_LINE)
            return
        group.append(line)
    yield group


def _record(form: Form, lines: Sequence[FileLine], columns: Sequence[tuple[int, Target]], key: str) -> FileRecord:
    record = FileRecord(lines[0].number)
    record.values = _values(form, lines[0], [each for each in columns if _table(each[1]) is None])
    record.key = next((lines[0].cell(position).strip() for position, target in columns if target.name == key), "")
    by_table: dict[str, list[tuple[int, Target]]] = {}
    for position, target in columns:
        table = _table(target)
        if table is not None:
            by_table.setdefault(table, []).append((position, target))
    for table, inner in by_table.items():
        filled = [line for line in lines if any(line.cell(position) for position, _ in inner)]
        record.values[table] = [{"value": _cells(_values(form, line, inner))} for line in filled]
        record.row_lines[table] = [line.number for line in filled]
    return record


def _table(target: Target) -> str | None:
    return None if target.field is None else target.field.table


def _values(form: Form, line: FileLine, columns: Sequence[tuple[int, Target]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for position, target in columns:
        if target.field is None or target.name in {MARK, NUMBER}:
            continue
        text = line.cell(position)
        if target.option:
            chosen = values.setdefault(target.field.code, [])
            chosen += [] if text.strip() in UNTICKED else [target.option]
        else:
            values[target.field.code] = raw_value(target.field, text, form.timezone)
    return values


def _cells(values: Mapping[str, Any]) -> dict[str, Any]:
    return {code: {"value": value} for code, value in values.items()}


def _repeated(records: Sequence[FileRecord], known: Mapping[str, Target], key: str) -> Iterator[RowProblem]:
    """Yield the records whose key stands in the file before."""
    seen: dict[str, int] = {}
    label = known[key].label if key in known else ""
    for record in records:
        if record.key and record.key in seen:
            line = seen[record.key]
            message = Text(REPEATED_KEY.ja.format(line=line), REPEATED_KEY.en.format(line=line))
            yield RowProblem(record.line, label, message)
        elif record.key:
            seen[record.key] = record.line
