"""@records: sample records as rows, with what is longer indented under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog_tools.parts.field_types import split_options
from catalog_tools.parts.fields import FormSource
from catalog_tools.parts.sample_files import SampleFiles
from catalog_tools.source.errors import Line, read_each
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

STATUS = "$status"
EXPECTED = "="
MOMENT = re.compile(r"(?:today|now)(?:[+-]\d+[dwmyh])?(?: \d{2}:\d{2})?")
MOMENT_TYPES = frozenset({"DATE", "DATETIME", "TIME"})
LISTS = frozenset({"CHECK_BOX", "MULTI_SELECT"})
PEOPLE = frozenset({"USER_SELECT", "GROUP_SELECT", "ORGANIZATION_SELECT"})
NOT_GIVEN = frozenset({"CALC", "GROUP", "REFERENCE_TABLE"})
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a formula has to make of a sample record, worked out by hand."""

    record: int
    code: str
    value: str
    line: Line


@dataclass(frozen=True, slots=True)
class Samples:
    """The sample records, and what their formulas have to come to."""

    records: list[JsonObject]
    expected: list[Expected]
    files: dict[str, bytes]


def read_records(section: Section, form: FormSource) -> Samples:
    """Read the sample records. Raises SourceFlawsError."""
    reader = _Reader(form)
    read_each(section.blocks, reader.read)
    return Samples(reader.records, reader.expected, reader.files.contents)


@dataclass(slots=True)
class _Reader:
    form: FormSource
    columns: list[str] = field(default_factory=list)
    records: list[JsonObject] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    files: SampleFiles = field(default_factory=SampleFiles)

    def read(self, block: Block) -> None:
        if block.text.startswith("cols:"):
            self.columns = _cells(block.text.removeprefix("cols:"))
            for code in self.columns:
                self._check_code(code, block.line)
            return
        if not self.columns:
            raise block.line.error("begin with “cols: 項目 | 項目 | $status”")
        cells = _cells(block.text)
        if len(cells) != len(self.columns):
            raise block.line.error(
                f"{len(cells)} values for {len(self.columns)} columns ({' | '.join(self.columns)}); an empty one stays "
                "empty between the bars",
            )
        record = {
            code: self._value(code, cell, block.line) for code, cell in zip(self.columns, cells, strict=True) if cell
        }
        for child in block.children:
            code, colon, rest = (part.strip() for part in child.text.partition(":"))
            if code.startswith(EXPECTED):
                self._expect(code.removeprefix(EXPECTED).strip(), rest, child.line)
                continue
            if not colon or code in record:
                raise child.line.error(f"write “項目: 値”, each once (“{code}” may stand in the row already)")
            self._check_code(code, child.line)
            record[code] = self._rows(code, child) if self._is_table(code) else self._value(code, rest, child.line)
        self.records.append(_status_last(record))

    def _expect(self, code: str, value: str, line: Line) -> None:
        definition = self.form.properties.get(code, {})
        if definition.get("type") != "CALC" and not definition.get("expression"):
            raise line.error(f"“{code}” is no computed field of this form")
        self.expected.append(Expected(len(self.records), code, value, line))

    def _is_table(self, code: str) -> bool:
        return self.form.properties.get(code, {}).get("type") == "SUBTABLE"

    def _check_code(self, code: str, line: Line) -> None:
        if code == STATUS:
            return
        definition = self.form.properties.get(code)
        if definition is None:
            raise line.error(f"no field “{code}”")
        if definition["type"] in NOT_GIVEN or definition.get("expression"):
            raise line.error(f"“{code}” is computed; leave it out")

    def _value(self, code: str, text: str, line: Line) -> JsonObject:
        if code == STATUS:
            return {"value": text}
        return self._cell(self.form.properties[code], text, line)

    def _cell(self, definition: JsonObject, text: str, line: Line) -> JsonObject:
        is_file = definition["type"] == "FILE"
        return {"value": self.files.read(text, line) if is_file else _typed(definition, text)}

    def _rows(self, code: str, block: Block) -> JsonObject:
        fields = self.form.columns(code)
        copied = {
            mapping["field"]
            for column in fields.values()
            for mapping in column.get("lookup", {}).get("fieldMappings", ())
        }
        columns = [
            column
            for name, column in fields.items()
            if column["type"] not in NOT_GIVEN and not column.get("expression") and name not in copied
        ]
        rows = []
        for child in block.children:
            if not child.text.startswith("- "):
                raise child.line.error("rows of a table stand as “- 値 | 値”")
            cells = _cells(child.text[2:])
            if len(cells) != len(columns):
                wanted = " | ".join(column["code"] for column in columns)
                raise child.line.error(f"{len(cells)} values; the columns are {wanted}")
            row = {
                column["code"]: self._cell(column, cell, child.line)
                for column, cell in zip(columns, cells, strict=True)
                if cell
            }
            rows.append({"value": row})
        return {"value": rows}


def _cells(text: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in CELL.split(text)]


def _status_last(record: JsonObject) -> JsonObject:
    status = record.pop(STATUS, None)
    return record | ({STATUS: status} if status else {})


def _typed(definition: JsonObject, text: str) -> object:
    type_ = definition["type"]
    if type_ in MOMENT_TYPES:
        return _moment(text)
    if type_ == "NUMBER":
        return "{{fiscal_year}}" if text == "fiscal_year" else text.replace(",", "")
    if type_ in LISTS:
        return split_options(text)
    if type_ in PEOPLE:
        return [{"code": f"{{{{{key.strip()}}}}}"} for key in text.split("/")]
    return text.replace("\\n", "\n")


def _moment(text: str) -> str:
    """Return a moment as samples write it, or a fixed one in the form of kintone; times are those of Tokyo."""
    if MOMENT.fullmatch(text):
        return f"{{{{{text}}}}}"
    fixed = re.fullmatch(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})", text)
    return f"{fixed[1]}T{fixed[2]}:00+09:00" if fixed else text
