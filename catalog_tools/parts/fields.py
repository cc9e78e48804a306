"""@fields: the fields of a form and where they stand on it, read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_tools.parts.blocks import shared_fields
from catalog_tools.parts.field_types import FieldSpec, read_field
from catalog_tools.parts.links import read_link
from catalog_tools.parts.people import Person
from catalog_tools.source.errors import Line, read_each
from catalog_tools.source.keys import FIELD_LINE
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.field_types import BUILT_IN_CODES, RESERVED_CODES
from marketplace.bundle.model import JsonObject

LABEL_WIDTH = "760"
FULL_WIDTH_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
CLOSED = " closed"
KINTONES_OWN = RESERVED_CODES | set(BUILT_IN_CODES.values())


@dataclass(slots=True)
class FormSource:
    """The form as a source defines it."""

    properties: dict[str, JsonObject] = field(default_factory=dict)
    layout: list[JsonObject] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    localise: list[str] = field(default_factory=list)

    def columns(self, table: str) -> dict[str, JsonObject]:
        """Return the columns of a table."""
        columns: dict[str, JsonObject] = self.properties[table]["fields"]
        return columns

    def type_of(self, code: str) -> str | None:
        """Return the type of a field or column, or None."""
        if code in self.properties:
            return str(self.properties[code]["type"])
        inner = (definition.get("fields", {}).get(code) for definition in self.properties.values())
        return next((str(column["type"]) for column in inner if column), None)


def read_form(section: Section, people: Mapping[str, Person]) -> FormSource:
    """Read the fields and the layout. Raises SourceFlawsError."""
    reader = _Reader(people)
    read_each((entry for block in section.blocks for entry in shared_fields(block)), reader.read)
    return reader.form


@dataclass(slots=True)
class _Reader:
    people: Mapping[str, Person]
    form: FormSource = field(default_factory=FormSource)
    group: JsonObject | None = None
    steps: int = 0

    def read(self, block: Block) -> None:
        text = block.text
        if block.children and text.startswith(("#", ">")):
            raise block.children[0].line.error("the indentation fits no line above; a field begins at the margin")
        if text.startswith("## "):
            self._open_group(block)
        elif text.startswith("# "):
            self._add_step(text[2:])
        elif text.startswith("> "):
            self._add_note(block)
        else:
            self._add_field(block)

    def _open_group(self, block: Block) -> None:
        title = block.text[3:].strip()
        closed = title.endswith(CLOSED)
        code, label = self._named(title.removesuffix(CLOSED).strip())
        self._declare(code, block.line)
        self.form.properties[code] = {
            "type": "GROUP",
            "code": code,
            "label": label,
            "noLabel": False,
            "openGroup": not closed,
        }
        self.group = {"type": "GROUP", "code": code, "layout": []}
        self.form.layout.append(self.group)

    @staticmethod
    def _named(title: str) -> tuple[str, str]:
        code, _, label = title.partition("「")
        return code.strip(), label.rstrip("」") or code.strip()

    def _add_step(self, text: str) -> None:
        self.group = None
        self.steps += 1
        name, _, words = text.partition(":")
        number = str(self.steps).translate(FULL_WIDTH_DIGITS)
        bold = f"<b>{number}　{name.strip()}</b>"
        label = f"<div>{bold}　{words.strip()}</div>" if words.strip() else f"<div>{bold}</div>"
        self.form.layout.append(_label_row(label))

    def _add_note(self, block: Block) -> None:
        self._rows(block.line).append(_label_row(f"<div>{block.text[2:].strip()}</div>"))

    def _rows(self, line: Line) -> list[JsonObject]:
        if self.group is None:
            raise line.error("fields stand in a group; write “## 名前” above, also after a table or related records")
        rows: list[JsonObject] = self.group["layout"]
        return rows

    def _add_field(self, block: Block) -> None:
        match = FIELD_LINE.fullmatch(block.text)
        if not match:
            raise block.line.error(
                "not a field; write “コード「ラベル」*!: type(選択肢) …”, “## グループ”, “# 手順: 説明”, “> 注記” or "
                "“use 名前”",
            )
        spec = read_field(match, block, self.people)
        self._declare(spec.code, block.line)
        if spec.type == "table":
            self._add_table(spec, block)
        elif spec.type == "rel":
            self.group = None
            self.form.properties[spec.code] = read_link(spec)
            self.form.layout.append({"type": "ROW", "fields": [spec.cell()]})
        else:
            self._keep(spec)
            self.form.properties[spec.code] = read_link(spec) if spec.type == "lk" else spec.definition()
            self._place(spec, joined=bool(match["joined"]))

    def _place(self, spec: FieldSpec, *, joined: bool) -> None:
        rows = self._rows(spec.line)
        if joined and not (rows and rows[-1]["fields"][-1]["type"] != "LABEL"):
            raise spec.line.error("“+” puts a field beside the one before it in the same group; there is none")
        if joined:
            rows[-1]["fields"].append(spec.cell())
        else:
            rows.append({"type": "ROW", "fields": [spec.cell()]})

    def _add_table(self, spec: FieldSpec, block: Block) -> None:
        self.group = None
        columns: dict[str, JsonObject] = {}
        cells: list[JsonObject] = []
        for child in block.children:
            match = FIELD_LINE.fullmatch(child.text)
            if not match or match["joined"]:
                raise child.line.error("not a column; write “コード「ラベル」*!: type(選択肢) …”")
            column = read_field(match, child, self.people)
            if column.type in {"table", "rel"}:
                raise child.line.error(f"a table holds no {column.type}")
            self._declare(column.code, child.line)
            self._keep(column)
            columns[column.code] = read_link(column) if column.type == "lk" else column.definition()
            cells.append(column.cell(in_table=True))
        if not columns:
            raise block.line.error("a table has columns: indent them under it")
        self.form.properties[spec.code] = {
            "type": "SUBTABLE",
            "code": spec.code,
            "label": spec.label,
            "noLabel": False,
            "fields": columns,
        }
        self.form.layout.append({"type": "SUBTABLE", "code": spec.code, "fields": cells})

    def _keep(self, spec: FieldSpec) -> None:
        if spec.is_personal:
            self.form.personal.add(spec.code)
        if spec.is_localised:
            self.form.localise.append(spec.code)

    def _declare(self, code: str, line: Line) -> None:
        if code in KINTONES_OWN:
            raise line.error(f"the code “{code}” is kintone's own; choose another")
        if code in self.form.lines:
            before = self.form.lines[code].number
            raise line.error(
                f"the code “{code}” stands in line {before} already; codes are unique over the form, groups included"
            )
        self.form.lines[code] = line


def _label_row(label: str) -> JsonObject:
    return {"type": "ROW", "fields": [{"type": "LABEL", "label": label, "size": {"width": LABEL_WIDTH}}]}
