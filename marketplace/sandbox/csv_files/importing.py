"""Imports the records of a file: all of them or none, a hundred at a time, with every problem by line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.csv_files.decoding import CsvFile
from marketplace.sandbox.csv_files.reading import ColumnMapping, FileRecord, RowProblem, read_records
from marketplace.sandbox.csv_files.targets import NOTHING, NUMBER, key_targets
from marketplace.sandbox.errors import InvalidInputError, PlatformError
from marketplace.sandbox.form import FieldType, Form, live_form
from marketplace.sandbox.models import App
from marketplace.sandbox.policy import require_app_right
from marketplace.sandbox.records.changes import Written
from marketplace.sandbox.records.record_numbers import read_record_number
from marketplace.sandbox.records.requests import BATCH
from marketplace.sandbox.records.writing import add_records, update_records, upsert_records
from marketplace.sandbox.rights.field_rights import field_access

MOST_PROBLEMS = 100
"""After so many one mends the file first."""
NOT_A_NUMBER = Text("レコード番号ではありません。", "This is no record number.")
_PLACE = re.compile(r"records\[(\d+)\](?:\[([^\]]+)\]|\.([^.\[]+))?")
_ROW = re.compile(r"records\[\d+\]\.([^.\[]+)\.value\[(\d+)\]\.value\.([^.\[]+)")


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do."""

    added: int = 0
    updated: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    """INSERT or UPDATE for each record of the file, in its order, as far as there were no problems."""

    @property
    def is_full(self) -> bool:
        """Tell whether there are as many problems as are told."""
        return len(self.problems) >= MOST_PROBLEMS


@dataclass(frozen=True, slots=True)
class Import:
    """One import: who reads which file into which app, and how."""

    session: Session
    caller: Caller
    app: App
    file: CsvFile
    mapping: ColumnMapping
    now: datetime


def check_import(order: Import) -> Outcome:
    """Tell what an import would do; nothing stays of it. Raises NoPrivilegeError."""
    savepoint = order.session.begin_nested()
    try:
        return _run(order)
    finally:
        savepoint.rollback()


def perform_import(order: Import) -> Outcome:
    """Import a file; if there is any problem, nothing stays of it. Raises NoPrivilegeError."""
    savepoint = order.session.begin_nested()
    try:
        outcome = _run(order)
    except BaseException:
        savepoint.rollback()
        raise
    if outcome.problems:
        savepoint.rollback()
    else:
        savepoint.commit()
    return outcome


def _run(order: Import) -> Outcome:
    require_app_right(order.session, order.caller, order.app, "import")
    form = field_access(live_form(order.session, order.app), order.caller).form_seen
    if order.mapping.key not in {NOTHING, *(each.name for each in key_targets(form))}:
        order = replace(order, mapping=replace(order.mapping, key=NOTHING))
    records, problems = read_records(form, order.file, order.mapping)
    if order.mapping.key == NUMBER:
        strange = [each for each in records if each.key and read_record_number(form, each.key) is None]
        problems += [RowProblem(each.line, _label(form, NUMBER), NOT_A_NUMBER) for each in strange]
        records = [each for each in records if each not in strange]
    outcome = Outcome(problems=problems[:MOST_PROBLEMS])
    for start in range(0, len(records), BATCH):
        if outcome.is_full:
            break
        _write_chunk(order, form, records[start : start + BATCH], outcome)
    return outcome


def _write_chunk(order: Import, form: Form, records: Sequence[FileRecord], outcome: Outcome) -> None:
    """Write up to 100 records; where the call does not say which of them it refuses, one by one."""
    try:
        with order.session.begin_nested():
            written = _write(order, form, records)
    except InvalidInputError as error:
        outcome.problems += _problems(form, records, error)
    except PlatformError as error:
        if len(records) == 1:
            outcome.problems.append(RowProblem(records[0].line, "", _sentence(error)))
            return
        for record in records:
            if not outcome.is_full:
                _write_chunk(order, form, [record], outcome)
    else:
        outcome.operations += [each.operation for each in written]
        outcome.added += sum(each.operation == "INSERT" for each in written)
        outcome.updated += sum(each.operation == "UPDATE" for each in written)


def _write(order: Import, form: Form, records: Sequence[FileRecord]) -> list[Written]:
    """Write records by their keys, each kind in one call; returns what became of them in the order of the file."""
    by_number = order.mapping.key == NUMBER
    keyed = [each for each in records if each.key]
    fresh = [each for each in records if not each.key]
    written: dict[int, Written] = {}
    if keyed:
        bodies = [_keyed(form, each, order.mapping.key) for each in keyed]
        call = update_records if by_number else upsert_records
        done = _call(call, order, bodies, keyed)
        written |= {record.line: each for record, each in zip(keyed, done, strict=True)}
    if fresh:
        done = _call(add_records, order, [_cells(each.values) for each in fresh], fresh)
        written |= {record.line: each for record, each in zip(fresh, done, strict=True)}
    return [written[each.line] for each in records]


def _call(call: Any, order: Import, bodies: list[dict[str, Any]], records: Sequence[FileRecord]) -> list[Written]:
    try:
        done: list[Written] = call(order.session, order.caller, order.app, bodies, order.now)
    except InvalidInputError as error:
        raise _PlacedError(error.errors, records) from error
    return done


class _PlacedError(InvalidInputError):
    """An input error that knows the records its keys count."""

    def __init__(self, errors: Mapping[str, list[Text]], records: Sequence[FileRecord]) -> None:
        super().__init__(errors)
        self.records = records


def _keyed(form: Form, record: FileRecord, key: str) -> dict[str, Any]:
    cells = _cells(record.values)
    if key == NUMBER:
        return {"id": read_record_number(form, record.key), "record": cells}
    cells.pop(key, None)
    return {"updateKey": {"field": key, "value": record.values.get(key) or record.key}, "record": cells}


def _cells(values: Mapping[str, Any]) -> dict[str, Any]:
    return {code: {"value": value} for code, value in values.items()}


def _problems(form: Form, records: Sequence[FileRecord], error: InvalidInputError) -> Iterator[RowProblem]:
    """Yield what an input error says, by line and column of the file."""
    counted = error.records if isinstance(error, _PlacedError) else [each for each in records if each.key]
    for place, messages in error.errors.items():
        line, code = _locate(place, counted)
        yield from (RowProblem(line, _label(form, code), message) for message in messages)


def _label(form: Form, code: str) -> str:
    field_ = form.of_type(FieldType.RECORD_NUMBER) if code == NUMBER else form.find(code)
    return field_.label if field_ is not None else ""


def _locate(place: str, records: Sequence[FileRecord]) -> tuple[int, str]:
    found = _PLACE.match(place)
    if not found or int(found[1]) >= len(records):
        return (records[0].line if records else 0), ""
    record = records[int(found[1])]
    if row := _ROW.match(place):
        lines = record.row_lines.get(row[1], [])
        return (lines[int(row[2])] if int(row[2]) < len(lines) else record.line), row[3]
    return record.line, found[2] or found[3] or ""


def _sentence(error: PlatformError) -> Text:
    return Text(error.says(Language.JA), error.says(Language.EN))
