"""Places inside JSON, as JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def join_pointer(pointer: str, *steps: object) -> str:
    """Return the pointer some steps further in."""
    return pointer + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each object, list and plain value of a JSON value with its pointer, from the outside in."""
    yield pointer, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, join_pointer(pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, join_pointer(pointer, index))
