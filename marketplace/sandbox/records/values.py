"""Reads one value of a request into its stored form, type by type; what can't be accepted becomes a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidJsonError
from marketplace.sandbox.form import Field, FieldType
from marketplace.sandbox.records.content import StoredValue, empty_value
from marketplace.sandbox.records.errors import NOT_A_DATE, NOT_A_DATETIME, NOT_A_NUMBER, NOT_A_TIME, not_an_option
from marketplace.sandbox.records.moments import read_date, read_moment, read_time
from marketplace.sandbox.records.numbers import read_number, write_number
from marketplace.sandbox.records.problems import Place, Problems

# A longer integer of JSON can't be any field's value, and Python refuses to write it out.
MAX_INTEGER_BITS = 1024


def read_text(raw: Any) -> str:
    """Return the text of a JSON string or number; null is empty. Raises InvalidJsonError for other shapes."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise InvalidJsonError
    if isinstance(raw, int) and raw.bit_length() > MAX_INTEGER_BITS:
        raise InvalidJsonError
    return str(raw)


def clean(text: str) -> str:
    """Return a text that both databases can hold. Raises InvalidJsonError for NUL and half characters."""
    if "\x00" in text or not is_well_formed(text):
        raise InvalidJsonError
    return text


def is_well_formed(text: str) -> bool:
    """Tell whether a text is free of halves of characters, which UTF-8 can't hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def read_list(raw: Any) -> list[Any]:
    """Return a JSON array; null is empty. Raises InvalidJsonError for other shapes."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise InvalidJsonError
    return raw


def read_member(raw: Any, name: str) -> str:
    """Return one text out of a JSON object such as {"code": …}. Raises InvalidJsonError."""
    if not isinstance(raw, dict):
        raise InvalidJsonError
    found = read_text(raw.get(name))
    if not found:
        raise InvalidJsonError
    return found


def read_codes(raw: Any) -> list[str]:
    """Return the codes of [{"code": …}], each once. Raises InvalidJsonError."""
    return list(dict.fromkeys(read_member(each, "code") for each in read_list(raw)))


def read_value(field: Field, raw: Any, place: Place, problems: Problems) -> StoredValue:
    """Return the stored form of a value, empty where it can't be accepted. Raises InvalidJsonError."""
    return _READERS[field.type](field, raw, place, problems)


def _read_plain(_field: Field, raw: Any, _place: Place, _problems: Problems) -> StoredValue:
    return read_text(raw)


def _read_number(field: Field, raw: Any, place: Place, problems: Problems) -> StoredValue:
    text = read_text(raw)
    if not text:
        return ""
    number = read_number(text)
    if number is not None:
        return write_number(number)
    if place.table is None:  # kintone drops bad numbers inside tables without a word
        problems.add(place.number_key(field.code), NOT_A_NUMBER)
    return ""


def _read_choice(field: Field, raw: Any, place: Place, problems: Problems) -> StoredValue:
    text = read_text(raw)
    if not text:
        return "" if field.type is FieldType.RADIO_BUTTON and raw is not None else None
    if text in field.options:
        return text
    problems.add(place.key(field.code), not_an_option(text))
    return None


def _read_choices(field: Field, raw: Any, place: Place, problems: Problems) -> StoredValue:
    chosen: dict[str, None] = {}
    for position, each in enumerate(read_list(raw)):
        text = read_text(each)
        if text in field.options:
            chosen[text] = None
        else:
            problems.add(place.key(field.code, f".values[{position}].value"), not_an_option(text))
    return list(chosen)


def _read_with(
    parse: Callable[[str], str | None], message: Text
) -> Callable[[Field, Any, Place, Problems], StoredValue]:
    def read(field: Field, raw: Any, place: Place, problems: Problems) -> StoredValue:
        text = read_text(raw)
        if not text:
            return empty_value(field)
        found = parse(text)
        if found is None:
            problems.add(place.key(field.code), message)
            return empty_value(field)
        return found

    return read


def _read_principals(_field: Field, raw: Any, _place: Place, _problems: Problems) -> StoredValue:
    return read_codes(raw)


def _read_files(_field: Field, raw: Any, _place: Place, _problems: Problems) -> StoredValue:
    return [read_member(each, "fileKey") for each in read_list(raw)]


_READERS: dict[FieldType, Callable[[Field, Any, Place, Problems], StoredValue]] = {
    FieldType.SINGLE_LINE_TEXT: _read_plain,
    FieldType.MULTI_LINE_TEXT: _read_plain,
    FieldType.RICH_TEXT: _read_plain,
    FieldType.LINK: _read_plain,
    FieldType.NUMBER: _read_number,
    FieldType.RADIO_BUTTON: _read_choice,
    FieldType.DROP_DOWN: _read_choice,
    FieldType.CHECK_BOX: _read_choices,
    FieldType.MULTI_SELECT: _read_choices,
    FieldType.DATE: _read_with(read_date, NOT_A_DATE),
    FieldType.TIME: _read_with(read_time, NOT_A_TIME),
    FieldType.DATETIME: _read_with(read_moment, NOT_A_DATETIME),
    FieldType.USER_SELECT: _read_principals,
    FieldType.ORGANIZATION_SELECT: _read_principals,
    FieldType.GROUP_SELECT: _read_principals,
    FieldType.FILE: _read_files,
}
WRITABLE = frozenset(_READERS)
