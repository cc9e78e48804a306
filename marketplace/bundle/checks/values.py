"""Checks of single values in sample records, by the type of their field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.names import code_not_placeholder
from marketplace.bundle.checks.place import Place
from marketplace.bundle.field_types import MULTIPLE_CHOICE, SELECTION_KINDS, SINGLE_CHOICE, type_name
from marketplace.bundle.model import Finding
from marketplace.bundle.moments import FISCAL_YEAR, is_moment
from marketplace.bundle.placeholders import placeholder_of
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text

TIME = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT_REMEDY = Text(
    "{{today+30d}} のような相対的な日付か、2026-04-01 のような実在する日付を書いてください。",
    "Write a moment such as {{today+30d}}, or a real date such as 2026-04-01.",
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a sample record with its field and its place."""

    field: FieldPlace
    value: Any
    form: Form
    place: Place

    def refuse(self, code: str, ja: str, en: str, remedy: Text) -> Finding:
        """Return an error about this value; the sentences continue “「項目」の値が…”."""
        name = self.field.code
        return self.place.error(code, Text(f"「{name}」の値{ja}", f"The value of “{name}” {en}"), remedy)


def check_value(value: Value) -> Iterator[Finding]:
    """Yield what is wrong with a value that is not empty."""
    type_ = value.field.type
    wants_list = type_ in MULTIPLE_CHOICE or type_ in SELECTION_KINDS or type_ == "FILE"
    wants_text = isinstance(value.value, str) or (type_ == "NUMBER" and isinstance(value.value, int | float))
    if not (isinstance(value.value, list) if wants_list else wants_text):
        shape = Text("配列（[ ]）", "a list ([ ])") if wants_list else Text("文字列", "a string")
        yield value.refuse(
            "record-value-shape",
            f"の形が、{type_name(type_)}と合いません。",
            f"does not have the shape of {type_}.",
            Text(f"{shape.ja}で書いてください。", f"Write {shape.en}."),
        )
        return
    check = CHECKS.get(type_)
    if check is not None:
        yield from check(value)


def _check_text(value: Value) -> Iterator[Finding]:
    length = len(value.value.replace(FISCAL_YEAR, "2026"))
    least = value.field.definition.get("minLength") or 0
    most = value.field.definition.get("maxLength") or length
    if not int(least) <= length <= int(most):
        yield value.refuse(
            "record-value-length",
            f"の文字数（{length}文字）が制限の外です。",
            f"has {length} characters, outside its limits.",
            Text("項目の文字数の制限に合わせてください。", "Keep to the field's limits."),
        )


def _check_number(value: Value) -> Iterator[Finding]:
    text = str(value.value).strip().replace(FISCAL_YEAR, "2026")
    if not NUMBER.fullmatch(text):
        yield value.refuse(
            "record-value-number",
            "が数値ではありません。",
            "is not a number.",
            Text(
                "半角の数字だけで書いてください（カンマや単位は付けません）。", "Use digits only, no commas or units."
            ),
        )
        return
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    least, most = (value.field.definition.get(name) for name in ("minValue", "maxValue"))
    if (least and number < Decimal(least)) or (most and number > Decimal(most)):
        yield value.refuse(
            "record-value-range",
            "が最小値と最大値の範囲の外です。",
            "is outside the field's range.",
            Text("範囲内の値にしてください。", "Use a value within the range."),
        )


def _check_choice(value: Value) -> Iterator[Finding]:
    chosen = [value.value] if isinstance(value.value, str) else value.value
    for option in chosen:
        if not isinstance(option, str) or option not in value.field.definition["options"]:
            yield value.refuse(
                "record-value-option",
                f"「{str(option)[:50]}」が選択肢にありません。",
                f"“{str(option)[:50]}” is not one of its options.",
                Text("選択肢のいずれかにしてください。", "Use one of the options."),
            )


def _check_moment(value: Value) -> Iterator[Finding]:
    readers: dict[str, Callable[[str], bool]] = {"DATE": _is_date, "TIME": _is_time, "DATETIME": _is_datetime}
    if not is_moment(value.value) and not readers[value.field.type](value.value):
        yield value.refuse("record-value-date", "が日付や時刻として読めません。", "is no date or time.", MOMENT_REMEDY)


def _is_date(text: str) -> bool:
    try:
        return DATE.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    return TIME.fullmatch(text) is not None


def _is_datetime(text: str) -> bool:
    try:
        return DATE.match(text) is not None and "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _check_files(value: Value) -> Iterator[Finding]:
    for item in value.value:
        path = item.get("path") if isinstance(item, dict) else None
        if path not in value.form.app.files:
            yield value.refuse(
                "record-value-file",
                "が指すファイルがバンドルにありません。",
                "names a file that is not in the bundle.",
                Text(
                    '[{"path": "files/form.pdf"}] の形で、アプリのfilesにあるファイルを指定してください。',
                    'Write [{"path": "files/form.pdf"}] with a file under the app\'s files.',
                ),
            )


def _check_selection(value: Value) -> Iterator[Finding]:
    for item in value.value:
        code = item.get("code") if isinstance(item, dict) else item
        if placeholder_of(code) is None:
            yield code_not_placeholder(str(code), value.place)


CHECKS: dict[str, Callable[[Value], Iterator[Finding]]] = {
    "SINGLE_LINE_TEXT": _check_text,
    "LINK": _check_text,
    "NUMBER": _check_number,
    "FILE": _check_files,
    **dict.fromkeys(SINGLE_CHOICE | MULTIPLE_CHOICE, _check_choice),
    **dict.fromkeys(("DATE", "TIME", "DATETIME"), _check_moment),
    **dict.fromkeys(SELECTION_KINDS, _check_selection),
}
