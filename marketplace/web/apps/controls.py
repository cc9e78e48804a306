"""The controls of a record's form: one for each field that people fill in, an output for each that the server does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.form import BUILT_IN_TYPES, WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.principals import KIND_OF_TYPE, Directory
from marketplace.web.apps.entry import Entry, Spot, Typed, is_filled_in
from marketplace.web.apps.form_values import READERS
from marketplace.web.apps.shown import ShownValue, show

Document = dict[str, Any]
KINDS = {
    FieldType.SINGLE_LINE_TEXT: "text",
    FieldType.LINK: "text",
    FieldType.MULTI_LINE_TEXT: "lines",
    FieldType.RICH_TEXT: "rich",
    FieldType.NUMBER: "number",
    FieldType.RADIO_BUTTON: "radio",
    FieldType.CHECK_BOX: "checks",
    FieldType.MULTI_SELECT: "checks",
    FieldType.DROP_DOWN: "select",
    FieldType.DATE: "moment",
    FieldType.TIME: "moment",
    FieldType.DATETIME: "moment",
    FieldType.FILE: "files",
    FieldType.USER_SELECT: "people",
    FieldType.ORGANIZATION_SELECT: "people",
    FieldType.GROUP_SELECT: "people",
}
MOMENTS = {
    FieldType.DATE: ("date", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    FieldType.TIME: ("time", re.compile(r"[0-9]{2}:[0-9]{2}")),
    FieldType.DATETIME: ("datetime-local", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")),
}
LINK_KEYBOARDS = {"WEB": "url", "MAIL": "email", "CALL": "tel"}
PEOPLE_WORDS = {
    FieldType.USER_SELECT: Text("ユーザーを選ぶ", "Choose users"),
    FieldType.ORGANIZATION_SELECT: Text("組織を選ぶ", "Choose organisations"),
    FieldType.GROUP_SELECT: Text("グループを選ぶ", "Choose groups"),
}
BETWEEN = Text("{low}以上{high}以下", "From {low} to {high}")
AT_LEAST = Text("{low}以上", "{low} or more")
AT_MOST = Text("{high}以下", "{high} or less")
NO_DUPLICATES = Text("ほかのレコードと同じ値は登録できません。", "No other record may hold the same value.")
SHORTEST = Text("{low}文字以上", "At least {low} characters")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option, chosen person or attached file."""

    value: str
    label: str
    is_chosen: bool = True
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One field in the form; the kind decides which of the facts matter."""

    name: str
    kind: str
    label: str
    is_label_hidden: bool = False
    row: int | None = None
    """The number of the table row as people count; None outside tables."""
    required: bool = False
    errors: tuple[str, ...] = ()
    text: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    most_letters: str = ""
    unit_before: str = ""
    unit_after: str = ""
    input_type: str = "text"
    keyboard: str = ""
    words: str = ""
    shown: ShownValue | None = None
    is_focused: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table in the form."""

    id: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class TableControl:
    """A table in the form."""

    id: int
    label: str
    is_label_hidden: bool
    headings: tuple[Control, ...]
    """One for each column, for its label and its mark."""
    rows: tuple[TableRow, ...]
    is_writable: bool


@dataclass(frozen=True)
class Surroundings:
    """What the controls of one form are made of."""

    form: Form
    entry: Entry
    record: Document
    """The record in REST shape as it would be saved; what is missing from it is not for this caller."""
    language: Language
    files_address: str = ""
    directory: Directory = field(default_factory=lambda: Directory({}))
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Name and size by the value of the control."""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    focus: str = ""


class Controls:
    """Draws the places of a layout as controls."""

    def __init__(self, around: Surroundings) -> None:
        """Keep what the controls are made of."""
        self.around = around
        self.form = around.form

    def field(self, code: str) -> Control | None:
        """Return the control of a field, or its output; None for what has no place in this form."""
        of = self.form.fields.get(code)
        if of is None or of.type in WITHOUT_VALUE or code not in self.around.record:
            return None
        if of.type in BUILT_IN_TYPES and self._is_new():
            return None
        return self.control(Spot(of), self.around.record[code].get("value"))

    def table(self, code: str, columns: list[str]) -> TableControl | None:
        """Return a table with its rows."""
        of = self.form.fields.get(code)
        if of is None or code not in self.around.record:
            return None
        inner = [of.columns[column] for column in columns if column in of.columns]
        return TableControl(
            id=of.id,
            label=of.label,
            is_label_hidden=of.settings.get("noLabel") in {True, "true"},
            headings=tuple(Control("", "heading", column.label, required=column.is_required) for column in inner),
            rows=tuple(self._rows(of, inner)),
            is_writable=is_filled_in(self.form, of),
        )

    def related(self, code: str) -> object | None:
        """Leave lists of related records out: they belong to records that are saved."""

    def must_open(self, codes: list[str]) -> bool:
        """Tell whether something in a group is to be corrected or looked at."""
        fields = (self.form.fields[code] for code in codes if code in self.form.fields)
        names = {Spot(each).name for each in fields}
        return self.around.focus in names or any(name in self.around.errors for name in names)

    def outputs(self) -> Iterator[Control]:
        """Yield the fields that the server decides, at the top and in every row, as far as the form shows them."""
        for each in self.form.fields.values():
            if each.code not in self.around.record:
                continue
            if each.type is FieldType.SUBTABLE:
                for row in self._rows(each, list(each.columns.values())):
                    yield from (control for control in row.controls if control.kind == "output")
            elif each.is_computed or each.code in self.form.copied_codes:
                yield self.control(Spot(each), self.around.record[each.code].get("value"))

    def control(self, spot: Spot, held: Any) -> Control:
        """Return the control of one place; `held` is the value of the record as it would be saved."""
        of = spot.field
        common: Document = {
            "name": spot.name,
            "label": of.label,
            "is_label_hidden": of.settings.get("noLabel") in {True, "true"},
            "row": None if spot.table is None else spot.row + 1,
            "errors": tuple(self.around.errors.get(spot.name, ())),
            "is_focused": self.around.focus == spot.name,
        }
        if not is_filled_in(self.form, of):
            return Control(
                kind="output", shown=show(of, held, self.around.files_address, self.around.language), **common
            )
        typed = self.around.entry.at(spot)
        kind = "lookup" if of.lookup is not None else KINDS[of.type]
        facts = FACTS.get(kind, Controls._text)(self, of, typed)
        return Control(kind=kind, required=of.is_required, **{**common, **facts})

    def _is_new(self) -> bool:
        return str((self.around.record.get("$id") or {}).get("value")) == "0"

    def _rows(self, table: Field, columns: list[Field]) -> Iterator[TableRow]:
        held = (self.around.record.get(table.code) or {}).get("value") or []
        for position, row in enumerate(self.around.entry.rows.get(table.code, ())):
            cells = held[position]["value"] if position < len(held) else {}
            controls = (
                self.control(Spot(column, table, position), (cells.get(column.code) or {}).get("value"))
                for column in columns
            )
            yield TableRow(row.id, tuple(controls))

    def _text(self, of: Field, typed: Typed) -> Document:
        settings = of.settings
        keyboard = LINK_KEYBOARDS.get(str(settings.get("protocol", "WEB")), "") if of.type is FieldType.LINK else ""
        lowest = str(settings.get("minLength") or "")
        hints = [SHORTEST.in_language(self.around.language, low=lowest)] if lowest not in {"", "0"} else []
        return {
            "text": "".join(typed),
            "most_letters": str(settings.get("maxLength") or ""),
            "keyboard": keyboard,
            "hint": " ".join([*hints, *self._unique(of)]),
        }

    def _number(self, of: Field, typed: Typed) -> Document:
        low, high = (str(of.settings.get(name) or "") for name in ("minValue", "maxValue"))
        sentence = {(True, True): BETWEEN, (True, False): AT_LEAST, (False, True): AT_MOST}.get((bool(low), bool(high)))
        hints = [sentence.in_language(self.around.language, low=low, high=high)] if sentence else []
        unit = str(of.settings.get("unit") or "")
        is_before = of.settings.get("unitPosition") == "BEFORE"
        return {
            "text": "".join(typed),
            "keyboard": "decimal",
            "unit_before": unit if is_before else "",
            "unit_after": "" if is_before else unit,
            "hint": " ".join([*hints, *self._unique(of)]),
        }

    def _unique(self, of: Field) -> list[str]:
        return [NO_DUPLICATES.in_language(self.around.language)] if of.is_unique else []

    def _moment(self, of: Field, typed: Typed) -> Document:
        """Offer the browser's own control, unless it could not hold what was typed."""
        text = "".join(typed)
        input_type, shape = MOMENTS[of.type]
        if text and not shape.fullmatch(text):
            found = READERS[of.type][0](text, self.form.timezone, of)
            text, input_type = (found[:16], input_type) if found else (text, "text")
        return {"text": text, "input_type": input_type, "hint": " ".join(self._unique(of))}

    def _options(self, of: Field, typed: Typed) -> Document:
        ordered = sorted(of.options, key=lambda label: of.options[label])
        gone = [each for each in typed if each not in of.options]
        return {"choices": tuple(Choice(each, each, each in typed) for each in [*ordered, *gone])}

    def _people(self, of: Field, typed: Typed) -> Document:
        kind = KIND_OF_TYPE[of.type]
        chosen = (self.around.directory.shown(kind, code) for code in typed)
        return {
            "choices": tuple(Choice(each["code"], each["name"]) for each in chosen),
            "words": PEOPLE_WORDS[of.type].in_language(self.around.language),
        }

    def _files(self, _of: Field, typed: Typed) -> Document:
        known = ((key, self.around.files.get(key)) for key in typed)
        return {"choices": tuple(Choice(key, found[0], size=found[1]) for key, found in known if found)}

    def _lookup(self, of: Field, typed: Typed) -> Document:
        keyboard = "decimal" if of.type is FieldType.NUMBER else ""
        return {"text": "".join(typed), "keyboard": keyboard}


FACTS = {
    "text": Controls._text,  # noqa: SLF001 - the table of the class's own methods
    "number": Controls._number,  # noqa: SLF001
    "radio": Controls._options,  # noqa: SLF001
    "checks": Controls._options,  # noqa: SLF001
    "select": Controls._options,  # noqa: SLF001
    "moment": Controls._moment,  # noqa: SLF001
    "people": Controls._people,  # noqa: SLF001
    "files": Controls._files,  # noqa: SLF001
    "lookup": Controls._lookup,  # noqa: SLF001
}
