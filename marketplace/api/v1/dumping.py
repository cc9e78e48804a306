"""Dumps values by a schema as marshmallow itself does, many times as fast.

marshmallow asks each field anew for each value what it is called, where it comes from and how it is written; a list of
templates has five thousand of them. Here that is asked once for each schema, the values of a thing are looked up all
at once, and their types tell which of them are not written as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from marshmallow import Schema, fields, missing
from marshmallow.decorators import POST_DUMP, PRE_DUMP
from marshmallow.utils import get_value

Dump = Callable[[Any], Any]
PLAIN: dict[type[fields.Field[Any]], type] = {
    fields.String: str,
    fields.Integer: int,
    fields.Boolean: bool,
    fields.Float: float,
}
"""What is written as it is, if it is of this very type."""
OTHERS = frozenset({fields.AwareDateTime, fields.Date, fields.Dict, fields.Raw})
"""Whose fields write a value without looking at what it is a part of."""
HOOKS = (PRE_DUMP, POST_DUMP)


class _Part(NamedTuple):
    """One item of what is written."""

    key: str
    name: str | None
    """Of the attribute or item it is made of; None if it is made of the whole."""
    plain: type
    write: Dump


@cache
def dumper_of(schema: Schema) -> Dump:
    """Return what makes plain values of that which a schema describes."""
    if schema.many or any(map(schema._hooks.get, HOOKS)):  # noqa: SLF001 - nothing else tells of them
        return schema.dump
    return _Dumper([_part_of(schema, name, field) for name, field in schema.dump_fields.items()])


class _Dumper:
    """What one schema describes, and what was learnt of the things that it was asked to write."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._parts = parts
        self._keys = [part.key for part in parts]
        names = [part.name for part in parts if part.name is not None]
        self._is_of_values_alone = len(names) == len(parts) > 0
        self._items, self._attributes = _at_once(itemgetter, names), _at_once(attrgetter, names)
        self._looks: dict[type, Dump | None] = {}
        """By the kind of a thing: what finds all values at once, if something does."""
        self._written: dict[tuple[type, ...], list[tuple[str, Dump]]] = {}
        """By the types of all values: those that are not written as they are."""

    def __call__(self, shown: Any) -> dict[str, Any]:
        kind = type(shown)
        if kind not in self._looks:
            self._looks[kind] = self._look_into(kind)
        look = self._looks[kind]
        if look is None:
            return self._one_by_one(shown)
        try:
            values = look(shown)
        except (AttributeError, KeyError):  # One is not there.
            return self._one_by_one(shown)
        types = tuple(map(type, values))
        if types not in self._written:
            self._written[types] = self._written_of(types)
        made = dict(zip(self._keys, values, strict=True))
        for key, write in self._written[types]:
            made[key] = write(made[key])
        return made

    def _look_into(self, kind: type) -> Dump | None:
        if not self._is_of_values_alone:
            return None
        if kind is dict:
            return self._items
        return None if hasattr(kind, "__getitem__") else self._attributes

    def _written_of(self, types: tuple[type, ...]) -> list[tuple[str, Dump]]:
        given = zip(self._parts, types, strict=True)
        return [(part.key, part.write) for part, kind in given if kind not in {part.plain, type(None)}]

    def _one_by_one(self, shown: Any) -> dict[str, Any]:
        look, made = _looking_into(shown), {}
        for key, name, plain, write in self._parts:
            value = shown if name is None else look(name, missing)
            if type(value) is plain or value is None:
                made[key] = value
            elif value is not missing:
                value = write(value)
                if value is not missing:
                    made[key] = value
        return made


def _at_once(getter: Callable[..., Dump], names: Sequence[str]) -> Dump:
    """Return what finds the values of several names."""
    if len(names) != 1:
        return getter(*names or [""])
    only = getter(*names)
    return lambda shown: (only(shown),)


def _looking_into(shown: Any) -> Callable[[str, Any], Any]:
    """Return what finds an attribute or item by its name, in the order in which marshmallow looks."""
    if isinstance(shown, dict):
        return shown.get
    return partial(getattr, shown) if not hasattr(shown, "__getitem__") else partial(get_value, shown)


def _part_of(schema: Schema, name: str, field: fields.Field[Any]) -> _Part:
    key = name if field.data_key is None else field.data_key
    source = field.attribute or name
    write = _writer_of(field)
    if write is None or field.dump_default is not missing or "." in source:
        return _Part(key, None, _Never, partial(field.serialize, name, accessor=schema.get_attribute))
    return _Part(key, source, PLAIN.get(type(field), _Never), write)


def _writer_of(field: fields.Field[Any]) -> Dump | None:
    """Return what writes a value that is there; None for fields that look for themselves what they write."""
    if type(field) is fields.Nested:
        dump = dumper_of(field.schema)
        return _lister(_Never, dump) if field.many and not field.schema.many else dump
    if type(field) is fields.List:
        write = _writer_of(field.inner)
        return None if write is None else _lister(PLAIN.get(type(field.inner), _Never), write)
    if type(field) is fields.AwareDateTime and field.format == field.DEFAULT_FORMAT:
        return datetime.isoformat
    if type(field) in PLAIN or type(field) in OTHERS:
        return lambda value: field.serialize("", value, accessor=_itself)
    return None


def _lister(plain: type, write: Dump) -> Dump:
    return lambda values: [each if each.__class__ is plain or each is None else write(each) for each in values]


def _itself(value: Any, _name: str, _default: Any) -> Any:
    return value


class _Never:
    """No value is of this type."""
