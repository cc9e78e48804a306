"""Places inside JSON, as JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CONTAINERS = frozenset({dict, list})
"""The types of what holds more, as JSON is read."""


def join_pointer(pointer: str, *steps: object) -> str:
    """Return the pointer some steps further in."""
    for step in steps:
        pointer = f"{pointer}/{_escaped(str(step))}"
    return pointer


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each object, list and plain value of a JSON value with its pointer, from the outside in."""
    pending = [(pointer, value)]
    while pending:
        place, found = pending.pop()
        yield place, found
        if isinstance(found, dict):
            pending += [(f"{place}/{_escaped(key)}", inner) for key, inner in reversed(found.items())]
        elif isinstance(found, list):
            pending += [(f"{place}/{index}", found[index]) for index in range(len(found) - 1, -1, -1)]


def walk_objects(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object of a JSON value in the same way; plain values, which are most of a file, cost nothing here."""
    pending = [(pointer, value)]
    while pending:
        place, found = pending.pop()
        if isinstance(found, dict):
            yield place, found
            inside = [(f"{place}/{_escaped(key)}", inner) for key, inner in found.items() if type(inner) in CONTAINERS]
        else:
            inside = [(f"{place}/{index}", inner) for index, inner in enumerate(found) if type(inner) in CONTAINERS]
        pending += reversed(inside)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text and number of a JSON value as it is written, in no particular order."""
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            pending += found.values()
        elif isinstance(found, list):
            pending += found
        elif isinstance(found, int) and not isinstance(found, bool):
            yield str(found)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step
