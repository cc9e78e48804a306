"""The random bundles of the round trips leave nothing out that a bundle may say of an app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from marketplace.bundle.field_types import TYPE_NAMES
from marketplace.bundle.model import PartName
from marketplace.bundle.schemas import schema_of
from tests.installs.random_bundles import bundles

ENOUGH = 12
NOT_SAID = {
    PartName.SETTINGS: {"app", "appId", "spaceId", "threadId", "creator", "createdAt", "modifier", "modifiedAt"},
    PartName.PROCESS: {"type", "executableUser"},  # Answers only; and no kintone takes it by API.
    PartName.VIEWS: {"builtinType"},  # kintone's own view, which comes and goes with the process.
}
"""What bundles need not say, or can't."""
FOREIGN = {"id", "revision"}
OTHER_TYPES = {"CATEGORY", "STATUS", "STATUS_ASSIGNEE", "LABEL", "SPACER", "HR"}
"""What never stands among the fields."""


def attributes(schema: Any) -> Iterator[str]:
    """Yield the names of all attributes that a schema allows."""
    if isinstance(schema, list):
        for item in schema:
            yield from attributes(item)
    elif isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            if inner is not False:
                yield name
                yield from attributes(inner)
        for keyword, inner in schema.items():
            if keyword != "properties":
                yield from attributes(inner)


def names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from names(item)
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from names(inner)


def test_every_attribute_of_every_part_and_every_type_of_field_occurs():
    said: dict[PartName, set[str]] = {}
    types: set[str] = set()
    columns: set[str] = set()

    @settings(
        max_examples=ENOUGH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(bundles("a" * 32))
    def collect(bundle):
        for app in bundle.apps:
            for part, content in app.parts.items():
                said.setdefault(part, set()).update(names(content))
            types.update(field["type"] for field in app.fields.values())
            columns.update(one["type"] for field in app.fields.values() for one in field.get("fields", {}).values())

    collect()
    for part in set(PartName) - {PartName.RECORDS}:
        wanted = set(attributes(schema_of(part.value))) - NOT_SAID.get(part, set()) - FOREIGN
        assert wanted - said[part] == set(), part
    assert types == set(TYPE_NAMES) - OTHER_TYPES
    alone = {"SUBTABLE", "GROUP", "REFERENCE_TABLE", "RECORD_NUMBER"}
    alone |= {"CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME"}
    assert columns == types - alone
