"""The filter a reader put over a list: comparisons out of an address, as words and as a query for kintone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.kernel.text import Language, Text
from marketplace.web.apps.operators import Operator, Takes, operators_of
from marketplace.web.dates import day_text

MOST_COMPARISONS = 10
LONGEST_VALUE = 200
MOST_VALUES = 50
ME = "@me"
"""Stands for the reader where a comparison takes people; no code of a user holds an @ in front."""
EMPTY_OPTION = ""
PEOPLE_TYPES = {"CREATOR", "MODIFIER", "STATUS_ASSIGNEE", "USER_SELECT"}
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")

NO_FIELD = Text("このアプリに、この項目はもうありません。", "The app no longer has this field.")
NO_OPERATOR = Text("この比べ方は、この項目では使えません。", "This comparison does not suit the field.")
NO_VALUE = Text("比べる値を入れてください。", "Enter a value to compare with.")
NOT_A_NUMBER = Text("数字を入れてください。", "Enter a number.")
NOT_A_DAY = Text("日付を入れてください。", "Enter a date.")
NOT_A_TIME = Text("時刻を「09:30」のように入れてください。", "Enter a time such as 09:30.")
NO_OPTION = Text("選択肢にないものが含まれています。", "It names an option that does not exist.")
NOT_FILLED = Text("（未入力）", "(empty)")
MYSELF = Text("自分", "me")

Properties = Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison as an address carries it."""

    code: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field one can filter by; `table` is the label of the table around it."""

    code: str
    label: str
    settings: dict[str, Any]
    table: str = ""

    @property
    def name(self) -> str:
        """The words people know it by."""
        return f"{self.table} › {self.label}" if self.table else self.label

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The ways to compare it."""
        return operators_of(self.settings, in_table=bool(self.table))

    def operator(self, name: str) -> Operator | None:
        """Return one of its operators by name."""
        return next((each for each in self.operators if each.name == name), None)


@dataclass(frozen=True, slots=True)
class ReadComparison:
    """A comparison against the form: its words, and either the condition it becomes or what is wrong with it."""

    words: str
    condition: str = ""
    fault: Text | None = None


def filter_fields(properties: Properties, states: list[str]) -> dict[str, FilterField]:
    """Return the fields that a filter may name, by code; `states` are those of a process that is switched on."""
    return {each.code: each for each in _fields(properties, states) if each.operators}


def _fields(properties: Properties, states: list[str]) -> Iterator[FilterField]:
    for code, settings in properties.items():
        kind = settings.get("type")
        label = str(settings.get("label") or code)
        if kind == "SUBTABLE":
            for inner, column in (settings.get("fields") or {}).items():
                yield FilterField(inner, str(column.get("label") or inner), column, label)
        elif kind == "STATUS":
            if states:
                options = {state: {"label": state, "index": str(index)} for index, state in enumerate(states)}
                yield FilterField(code, label, {**settings, "options": options})
        elif kind != "STATUS_ASSIGNEE" or states:
            yield FilterField(code, label, settings)


def option_labels(field: FilterField) -> list[str]:
    """Return what a field with choices offers, in the order of the form."""
    options: dict[str, dict[str, Any]] = field.settings.get("options") or {}
    ordered = sorted(options.items(), key=lambda item: int(item[1].get("index", 0)))
    return [str(option.get("label", key)) for key, option in ordered]


def read_comparison(comparison: Comparison, fields: Mapping[str, FilterField], language: Language) -> ReadComparison:
    """Return a comparison as words and as a condition; what can't be understood keeps its words and tells why."""
    field = fields.get(comparison.code)
    if field is None:
        return ReadComparison(comparison.code, fault=NO_FIELD)
    operator = field.operator(comparison.operator)
    if operator is None:
        return ReadComparison(field.name, fault=NO_OPERATOR)
    given = tuple(_tidied(value, operator) for value in comparison.values)
    if operator.takes not in {Takes.OPTIONS, Takes.PEOPLE, Takes.NOTHING}:
        given = tuple(value for value in given if value)[:1]
    fault = _fault(operator, given, field)
    said = operator.said.in_language(language, value=_spoken(operator, given, language))
    words = f"{field.name}：{said}" if language is Language.JA else f"{field.name}: {said}"
    return ReadComparison(words, "" if fault else _condition(field, operator, given), fault)


def _tidied(value: str, operator: Operator) -> str:
    """Accept full-width figures and thousands set apart, as officials type them."""
    if operator.takes in {Takes.NUMBER, Takes.DAY, Takes.TIME}:
        value = unicodedata.normalize("NFKC", value).strip()
    return value.replace(",", "") if operator.takes is Takes.NUMBER else value


def _fault(operator: Operator, values: tuple[str, ...], field: FilterField) -> Text | None:
    if operator.takes is Takes.NOTHING:
        return None
    if not values:
        return NO_VALUE
    tests: dict[Takes, tuple[bool, Text]] = {
        Takes.NUMBER: (bool(_NUMBER.fullmatch(values[0])), NOT_A_NUMBER),
        Takes.DAY: (_day_of(values[0]) is not None, NOT_A_DAY),
        Takes.TIME: (bool(_TIME.fullmatch(values[0])), NOT_A_TIME),
        Takes.OPTIONS: ({*option_labels(field), EMPTY_OPTION}.issuperset(values), NO_OPTION),
    }
    is_right, fault = tests.get(operator.takes, (True, NO_VALUE))
    return None if is_right else fault


def _day_of(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day < date.max else None


def _condition(field: FilterField, operator: Operator, values: tuple[str, ...]) -> str:
    quoted = [_quoted(field, operator, value) for value in values]
    following = ""
    day = _day_of(values[0]) if operator.takes is Takes.DAY else None
    if day is not None and "{next}" in operator.condition:
        quoted = [f'"{day.isoformat()}T00:00+09:00"']
        following = f'"{(day + timedelta(days=1)).isoformat()}T00:00+09:00"'
    elif day is not None and _is_moment(field):
        quoted = [f'"{day.isoformat()}T00:00+09:00"']
    return operator.condition.format(
        field=field.code, value=quoted[0] if quoted else "", values=", ".join(quoted), next=following
    )


def _is_moment(field: FilterField) -> bool:
    return "DATETIME" in {field.settings.get("type"), field.settings.get("format")} or field.settings.get("type") in {
        "CREATED_TIME",
        "UPDATED_TIME",
    }


def _quoted(field: FilterField, operator: Operator, value: str) -> str:
    if operator.takes is Takes.PEOPLE and value == ME and field.settings.get("type") in PEOPLE_TYPES:
        return "LOGINUSER()"
    return quote(value)


def quote(value: str) -> str:
    """Return a text as a string of kintone's query language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    for raw, written in (("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        escaped = escaped.replace(raw, written)
    return f'"{escaped}"'


def _spoken(operator: Operator, values: tuple[str, ...], language: Language) -> str:
    """Return the values as a chip shows them."""
    shown = []
    for value in values:
        day = _day_of(value) if operator.takes is Takes.DAY else None
        if day is not None:
            shown.append(day_text(day, language))
        elif value == ME and operator.takes is Takes.PEOPLE:
            shown.append(MYSELF.in_language(language))
        else:
            shown.append(value or NOT_FILLED.in_language(language))
    return ("、" if language is Language.JA else ", ").join(shown)
