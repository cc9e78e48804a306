"""Finds what only the fields of one record show together: a name with a birthday, a postal code with an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import join_pointer
from marketplace.kernel.personal import is_example_postal_code, plain_text
from marketplace.publishing.scan.held import SuspectKind
from marketplace.publishing.scan.texts import INVENTED, is_example_account

NAME = re.compile(
    r"氏名|名前|姓名|申請者|申込者|届出者|対象者|利用者|本人|保護者|世帯主|代表者|"
    r"(?:児童|園児|生徒|職員|患者)名|^姓$|^name$|full ?name"
)
NO_NAME = re.compile(
    r"番号|区分|住所|所在|電話|メール|連絡|種別|年齢|年月日|誕生|続柄|人数|コード|有無|確認|同意|犬|猫|ペット|フリガナ|ふりがな|カナ|かな|日$"
)
BIRTHDAY = re.compile(r"生年月日|誕生日|birth")
POSTAL_FIELD = re.compile(r"郵便番号|〒|postal|zip ?code")
POSTAL_VALUE = re.compile(r"〒?\s*(\d{3}-?\d{4})\Z")
ADDRESS_FIELD = re.compile(r"住所|所在地|居所|address")
ACCOUNT_FIELD = re.compile(r"口座番号|account ?(?:no|number)")
SEVEN = re.compile(r"\d{7}\Z")
WRITTEN = frozenset({"SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT"})
"""Types of fields that people write names into."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row."""

    label: str
    """In lower case."""
    type: str
    value: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Row:
    """Fields that stand beside each other with their values: a sample record, a row of a table, or the defaults."""

    part: PartName
    cells: Sequence[Cell]


def rows_of(app: AppDefinition) -> Iterator[Row]:
    """Yield the sample records with the rows of their tables, and the default values of the form."""
    records = (app.part(PartName.RECORDS) or {}).get("records", [])
    for index, record in enumerate(records):
        yield from _rows_in(record, app.fields, f"/records/{index}")
    yield _defaults(app.fields, "/properties")
    for code, field in app.fields.items():
        if isinstance(field.get("fields"), dict):
            yield _defaults(field["fields"], join_pointer("/properties", code, "fields"))


def suspects_of_row(row: Row) -> Iterator[tuple[SuspectKind, str, str]]:
    """Yield the kind, what is written, and the pointer of each suspect of a row."""
    births, codes, addresses, accounts = (
        [cell for cell in row.cells if tells.search(cell.label)]
        for tells in (BIRTHDAY, POSTAL_FIELD, ADDRESS_FIELD, ACCOUNT_FIELD)
    )
    known = [cell for cell in births if "{{" not in cell.value and re.search(r"\d", cell.value)]
    names = [cell for cell in row.cells if known and _is_name(cell) and not INVENTED.search(cell.value)]
    if names:
        yield SuspectKind.BIRTHDAY, f"{names[0].value} {known[0].value}", names[0].pointer
    for cell in codes:
        written = POSTAL_VALUE.match(plain_text(cell.value).strip())
        if written and addresses and not is_example_postal_code(written[1]):
            yield SuspectKind.ADDRESS, written[1], cell.pointer
    for cell in accounts:
        digits = re.sub(r"[\s-]", "", plain_text(cell.value))
        if SEVEN.match(digits) and not is_example_account(digits):
            yield SuspectKind.ACCOUNT, digits, cell.pointer


def _is_name(cell: Cell) -> bool:
    return cell.type in WRITTEN and NAME.search(cell.label) is not None and NO_NAME.search(cell.label) is None


def _rows_in(record: JsonObject, fields: JsonObject, pointer: str) -> Iterator[Row]:
    cells: list[Cell] = []
    for code, cell in record.items():
        field, value = fields.get(code), cell.get("value") if isinstance(cell, dict) else None
        if not isinstance(field, dict):
            continue
        place = join_pointer(pointer, code, "value")
        if isinstance(value, list) and isinstance(field.get("fields"), dict):
            for index, inner in enumerate(value):
                if isinstance(inner, dict) and isinstance(inner.get("value"), dict):
                    yield from _rows_in(inner["value"], field["fields"], join_pointer(place, index, "value"))
        elif isinstance(value, str | int) and value != "":
            cells.append(_cell(code, field, value, place))
    yield Row(PartName.RECORDS, cells)


def _defaults(fields: JsonObject, pointer: str) -> Row:
    cells = [
        _cell(code, field, field["defaultValue"], join_pointer(pointer, code, "defaultValue"))
        for code, field in fields.items()
        if isinstance(field.get("defaultValue"), str | int) and field["defaultValue"] != ""
    ]
    return Row(PartName.FIELDS, cells)


def _cell(code: str, field: JsonObject, value: str | int, pointer: str) -> Cell:
    label = field.get("label")
    known = label if isinstance(label, str) and label else code
    return Cell(known.lower(), str(field.get("type", "")), str(value), pointer)
