"""Places inside JSON, as JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def join_pointer(pointer: str, *steps: object) -> str:
    """Return the pointer some steps further in."""
    return pointer + "".join(f"/{_escaped(str(step))}" for step in steps)


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


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step
