"""Dumps values by a schema as marshmallow itself does, many times as fast.

marshmallow asks each field anew for each value what it is called, where it comes from and how it is written; a list of
templates has five thousand of them. Here that is asked once for each schema and each kind of thing that it describes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
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
    parts = [_part_of(schema, name, field) for name, field in schema.dump_fields.items()]
    writers = _Writers(parts)

    def dump(shown: Any) -> Any:
        try:
            return writers[type(shown)](shown)
        except (AttributeError, KeyError):  # One is not there, and is left out.
            return _one_by_one(parts, shown)

    return dump


class _Writers(dict[type, Dump]):
    """By the kind of a thing, what writes all of it at once."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        super().__init__()
        self._parts = parts

    def __missing__(self, kind: type) -> Dump:
        is_of_values_alone = all(part.name is not None for part in self._parts)
        if is_of_values_alone and kind is dict:
            self[kind] = _written_out(self._parts, "[{!r}]")
        elif is_of_values_alone and not hasattr(kind, "__getitem__"):
            self[kind] = _written_out(self._parts, ".{}")
        else:
            self[kind] = partial(_one_by_one, self._parts)
        return self[kind]


def _written_out(parts: Sequence[_Part], look: str) -> Dump:
    """Return a function with all names written out, as `dataclasses` make theirs: it takes a fifth of the time."""
    known: dict[str, Any] = {}
    values, items = [], []
    for at, part in enumerate(parts):
        known |= {f"plain{at}": part.plain, f"write{at}": part.write}
        values.append(f" v{at} = shown{look.format(part.name)}")
        items.append(f"{part.key!r}: v{at} if v{at}.__class__ is plain{at} or v{at} is None else write{at}(v{at})")
    lines = ["def dump(shown):", *values, f" return {{{', '.join(items)}}}"]
    exec("\n".join(lines), known)  # noqa: S102 - of names that schemas of ours give their fields
    dump: Dump = known["dump"]
    return dump


def _one_by_one(parts: Sequence[_Part], shown: Any) -> dict[str, Any]:
    look, made = _looking_into(shown), {}
    for key, name, plain, write in parts:
        value = shown if name is None else look(name, missing)
        if value.__class__ is plain or value is None:
            made[key] = value
        elif value is not missing:
            value = write(value)
            if value is not missing:
                made[key] = value
    return made


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
