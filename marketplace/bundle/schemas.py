"""The published JSON Schemas, and what their validator says, as findings for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from marketplace.bundle.model import SEVERITY_ERROR, Finding, JsonObject
from marketplace.bundle.schema_messages import Violation, explain

SCHEMAS = resources.files("marketplace.bundle") / "schemas"
SUFFIX = ".schema.json"
MAX_FINDINGS_PER_FILE = 50


def _check_unique(_validator: Validator, wanted: bool, instance: Any, _schema: Any) -> Iterator[ValidationError]:  # noqa: FBT001 - the library's signature
    """Look for repetitions in one pass; the library compares each pair, which a long hostile list would exploit."""
    if wanted and isinstance(instance, list):
        seen = {json.dumps(item, sort_keys=True) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError("has non-unique elements")


def _check_pattern(_validator: Validator, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """Match as JSON Schema means it: in Python a final $ would also accept a line feed at the end."""
    if isinstance(instance, str) and (instance.endswith("\n") or not re.search(pattern, instance)):
        yield ValidationError(f"does not match {pattern}")


StrictValidator: type[Validator] = validators.extend(  # type: ignore[no-untyped-call] # the stubs lack its types
    Draft202012Validator,
    {"uniqueItems": _check_unique, "pattern": _check_pattern},
)


def schema_of(name: str) -> JsonObject:
    """Return a published schema by its name: template, or a part of an app."""
    schema: JsonObject = json.loads((SCHEMAS / f"{name}{SUFFIX}").read_text("utf-8"))
    return schema


def check_schema(path: str, value: JsonObject) -> list[Finding]:
    """Return where a JSON file of a bundle departs from its schema, at most 50 findings.

    Nearly every file is right, and a compiled validator tells so some hundred times faster than the one that explains.
    """
    name = path.rpartition("/")[2].removesuffix(".json")
    if _is_right(name, value):
        return []
    return [_finding(path, error) for error in islice(_validator(name).iter_errors(value), MAX_FINDINGS_PER_FILE)]


def _is_right(name: str, value: JsonObject) -> bool:
    try:
        return _compiled(name).is_valid(value)
    except ValueError:
        return False  # Half a character, which it can't read; the other validator finds the place.


@cache
def _compiled(name: str) -> jsonschema_rs.Draft202012Validator:
    contents = map(schema_of, schema_names())
    registry = jsonschema_rs.Registry([(content["$id"], content) for content in contents])
    return jsonschema_rs.Draft202012Validator(schema_of(name), registry=registry)


@cache
def _validator(name: str) -> Validator:
    return StrictValidator(schema_of(name), registry=_registry())


@cache
def _registry() -> Registry[bool | Mapping[str, Any]]:
    """Return every schema under its address, so that none is ever looked up outside."""
    contents = [schema_of(name) for name in schema_names()]
    empty: Registry[bool | Mapping[str, Any]] = Registry()
    return empty.with_resources((content["$id"], Resource.from_contents(content)) for content in contents)


@cache
def schema_names() -> tuple[str, ...]:
    """Return the names of the published schemas, in order."""
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in SCHEMAS.iterdir() if file.name.endswith(SUFFIX)))


def _finding(path: str, error: ValidationError) -> Finding:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in error.absolute_path)
    pointer = "".join(f"/{step}" for step in steps)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    is_name = "propertyNames" in [*error.absolute_schema_path][-2:]
    violation = Violation(
        keyword="propertyNames" if is_name else str(error.validator),
        wanted=error.validator_value,
        value=error.instance,
        name=str(error.absolute_path[-1]) if error.absolute_path else "",
        known=frozenset(schema.get("properties", ())),
        message=error.message,
    )
    code, title, remedy = explain(violation)
    return Finding(SEVERITY_ERROR, code, path, pointer, title, remedy)
