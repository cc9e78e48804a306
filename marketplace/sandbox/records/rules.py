"""The rules a finished record must satisfy: required, length, range, shape of links."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import REQUIRED_VALUE
from marketplace.sandbox.form import BUILT_IN_TYPES, WITHOUT_VALUE, Field, FieldType, Form
from marketplace.sandbox.records.content import Content, StoredValue
from marketplace.sandbox.records.errors import NOT_A_URL, too_large, too_long, too_short, too_small
from marketplace.sandbox.records.numbers import read_number
from marketplace.sandbox.records.problems import Place, Problems, required_suffix

LENGTH_TYPES = frozenset({FieldType.SINGLE_LINE_TEXT, FieldType.LINK})
URL_BEGINNINGS = ("http://", "https://")


def check_rules(form: Form, content: Content, root: str, problems: Problems) -> None:
    """Note every rule that a record breaks, at the top and in each row of its tables."""
    place = Place(root)
    for field in form.fields.values():
        if field.type is FieldType.SUBTABLE:
            for position, row in enumerate(content.rows.get(field.id, ())):
                for column in field.columns.values():
                    _check(column, row.values.get(column.id), place.in_row(field.code, position), problems)
        elif field.type not in BUILT_IN_TYPES | WITHOUT_VALUE:
            _check(field, content.values.get(field.id), place, problems)


def _check(field: Field, value: StoredValue, place: Place, problems: Problems) -> None:
    if field.is_computed:
        return
    if field.is_required and not value:
        problems.add(place.key(field.code, required_suffix(field)), REQUIRED_VALUE)
    if field.lookup is not None or isinstance(value, list):
        return  # lookups have no rules of their own; their values come from the other app
    for message in _broken_rules(field, value or ""):
        problems.add(place.key(field.code), message)


def _broken_rules(field: Field, text: str) -> Iterator[Text]:
    if field.type in LENGTH_TYPES:
        yield from _length_messages(field, text)
    if field.type is FieldType.LINK and text and field.settings.get("protocol", "WEB") == "WEB":
        if not text.lower().startswith(URL_BEGINNINGS):
            yield NOT_A_URL
    elif field.type is FieldType.NUMBER and text:
        yield from _range_messages(field, text)


def _length_messages(field: Field, text: str) -> Iterator[Text]:
    """Compare the length with the limits; the minimum holds for empty texts too, as measured."""
    longest, shortest = _limit(field, "maxLength"), _limit(field, "minLength")
    if longest is not None and len(text) > longest:
        yield too_long(longest)
    if shortest is not None and len(text) < shortest:
        yield too_short(shortest)


def _limit(field: Field, name: str) -> int | None:
    number = read_number(str(field.settings.get(name) or ""))
    return None if number is None else int(number)


def _range_messages(field: Field, text: str) -> Iterator[Text]:
    number = read_number(text)
    for name, beyond in (("maxValue", 1), ("minValue", -1)):
        defined = str(field.settings.get(name) or "")
        limit = read_number(defined)
        if number is not None and limit is not None and number.compare(limit) == beyond:
            yield too_large(defined) if beyond > 0 else too_small(defined)
