"""What the API writes is what marshmallow would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, fields, post_dump

from marketplace.api.v1.dumping import dumper_of
from marketplace.api.v1.shapes import SameObject
from marketplace.api.v1.templates import TemplateDetailOut, TemplateListOut, VersionOut


class Colour(StrEnum):
    RED = "red"


class NameOut(Schema):
    ja = fields.String(required=True)
    en = fields.String(required=True)


class EndOut(Schema):
    color = fields.String()


class MarkedOut(Schema):
    ja = fields.String()

    @post_dump
    def mark(self, made: dict[str, Any], **_options: object) -> dict[str, Any]:
        return {**made, "marked": True}


class EverythingOut(Schema):
    text = fields.String()
    renamed = fields.String(attribute="text", data_key="name-of-it", dump_only=True)
    inside = fields.String(attribute="name.ja", dump_only=True)
    number = fields.Integer()
    share = fields.Float()
    yes = fields.Boolean()
    at = fields.AwareDateTime()
    on = fields.Date()
    whatever = fields.Raw()
    table = fields.Dict()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    words = fields.List(fields.String())
    days = fields.List(fields.Date())
    colour = fields.Enum(Colour, by_value=True)
    colours = fields.List(fields.Enum(Colour, by_value=True))
    name = fields.Nested(NameOut)
    names = fields.List(fields.Nested(NameOut))
    many = fields.Nested(NameOut, many=True, attribute="names", dump_only=True)
    marked = fields.Nested(MarkedOut, attribute="name", dump_only=True)
    all_marked = fields.List(fields.Nested(MarkedOut), attribute="names", dump_only=True)
    some = fields.Nested(NameOut(only=("ja",)), attribute="name", dump_only=True)
    made = fields.Function(lambda shown: "made" if shown else "")
    itself = SameObject(EndOut)
    usual = fields.String(dump_default="as usual")
    secret = fields.String(load_only=True)


NAME = SimpleNamespace(ja="公園", en="Park")
WHOLE: dict[str, Any] = {
    "text": "あ",
    "number": 3,
    "share": 0.5,
    "yes": True,
    "at": datetime(2026, 4, 1, 9, 30, tzinfo=UTC),
    "on": date(2026, 4, 1),
    "whatever": [1, {"a": None}],
    "table": {"b": 1, "a": [2]},
    "counts": {"x": 1, 2: "3"},
    "words": ("a", "b", None),
    "days": [date(2026, 4, 1)],
    "colour": Colour.RED,
    "colours": [Colour.RED],
    "name": NAME,
    "names": [NAME, {"ja": "道路"}, None],
    "color": "blue",
    "secret": "none of anybody's business",
}
OTHER_TYPES = {"text": 12, "number": "7", "share": 1, "yes": "true", "words": [1, Colour.RED, b"raw"], "count": len}
EMPTY = dict.fromkeys(WHOLE)


@pytest.mark.parametrize("values", [WHOLE, {**WHOLE, **OTHER_TYPES}, EMPTY, {}])
@pytest.mark.parametrize("kind", [dict, MappingProxyType, lambda values: SimpleNamespace(**values)])
def test_values_of_every_kind_are_written_as_marshmallow_writes_them(values, kind):
    schema, shown = EverythingOut(), kind(values)
    if "name" not in values or values["name"] is None:
        schema = EverythingOut(exclude=("inside",))
    assert dumper_of(schema)(shown) == schema.dump(shown)
    assert list(dumper_of(schema)(shown)) == list(schema.dump(shown))


@dataclass
class Counted:
    """`count` is an item of what is shown, and a method of every list."""

    count: int = 2
    names: list[Any] = field(default_factory=list)


def test_an_item_comes_before_an_attribute_of_the_same_name():
    schema = Schema.from_dict({"keys": fields.Integer(), "count": fields.Integer()})()
    for shown in ({"keys": 1, "count": 2}, MappingProxyType({"keys": 1, "count": 2}), Counted()):
        assert dumper_of(schema)(shown) == schema.dump(shown)


def test_what_can_not_be_written_is_refused_as_marshmallow_refuses_it():
    schema = EverythingOut(only=("number",))
    with pytest.raises(ValueError, match="invalid literal"):
        dumper_of(schema)({"number": "many"})


@pytest.mark.parametrize("schema", [TemplateDetailOut(), TemplateListOut(), VersionOut()])
def test_a_schema_is_looked_through_once(schema):
    assert dumper_of(schema) is dumper_of(schema)
