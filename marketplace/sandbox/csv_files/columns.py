"""The columns of a CSV file that records are written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marketplace.sandbox.form import PROCESS_TYPES, WITHOUT_VALUE, Field, FieldType, Form

FIRST_LINE = "レコードの開始行"
"""The heading of the column whose mark tells where a record begins, as in kintone's own files."""
MARK = "*"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column: a field, inside a table or not."""

    header: str
    field: Field


def columns_of(form: Form, codes: Iterable[str]) -> list[FileColumn]:
    """Return the columns for some fields, a table with a column for each of its own; unknown codes are passed over."""
    fields = [each for code in dict.fromkeys(codes) for each in _parts(form, form.fields.get(code))]
    labels = Counter(each.label for each in fields)
    # Two fields of one label are told apart by their codes.
    return [FileColumn(each.label if labels[each.label] == 1 else each.code, each) for each in fields]


def has_tables(columns: Iterable[FileColumn]) -> bool:
    """Tell whether records may take several lines."""
    return any(column.field.table is not None for column in columns)


def every_code(form: Form) -> list[str]:
    """Return the codes of all fields: the record number, the form's own fields, then the others that every form has."""
    own = [code for code, each in form.fields.items() if each.type not in _STANDARD]
    number = [code for code, each in form.fields.items() if each.type is FieldType.RECORD_NUMBER]
    rest = [code for code, each in form.fields.items() if each.type in _STANDARD - {FieldType.RECORD_NUMBER}]
    return [*number, *own, *rest]


def _parts(form: Form, field: Field | None) -> Iterator[Field]:
    if field is None or field.type in WITHOUT_VALUE | {FieldType.CATEGORY}:
        return
    if field.type in PROCESS_TYPES and not form.process.enabled:
        return
    if field.type is FieldType.SUBTABLE:
        yield from (each for each in field.columns.values())
    else:
        yield field


_STANDARD = frozenset(list(FieldType)[:8])
