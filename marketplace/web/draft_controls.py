"""The controls of a draft's editor: which text each is for, and what is typed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.bundle.reading import MANIFEST
from marketplace.kernel.errors import DomainError

LINES = frozenset({"departments", "keywords", "laws", "personal_data-kinds"})
"""One on each line."""
FLAG, HOURS = "personal_data-handles", "hours_saved-per_year"
FLAGS = {"yes": True, "no": False}
BOTH = ("ja", "en")
SINGLE = (
    *((name,) for name in ("version", "category", "license", "departments", "keywords", "laws", "changelog")),
    ("personal_data", "handles"),
    ("personal_data", "kinds"),
    ("hours_saved", "per_year"),
)
IN_BOTH = (("name",), ("summary",), ("readme",), ("personal_data", "notice"), ("hours_saved", "basis"))
DOCUMENTS = {"README.md": "readme-ja", "README.en.md": "readme-en", "CHANGELOG.md": "changelog"}
WHOLE = {"name": "name-ja", "summary": "summary-ja", "personal_data": FLAG, "hours_saved": HOURS}
"""Where something stands that is about the whole of what several controls hold."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control by its name, and the way to its text in the document of texts."""

    name: str
    path: tuple[str, ...]


def controls_of(texts: Mapping[str, Any]) -> tuple[Control, ...]:
    """Return the controls for the texts of a draft; their names are the pointers of the manifest with hyphens."""
    return tuple(_controls(texts))


def values_of(texts: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return what the controls show of the texts of a draft."""
    return MultiDict({control.name: _shown(_at(texts, control.path)) for control in controls_of(texts)})


def texts_in(values: MultiDict[str, str], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts as they were typed, for the domain to judge; what was not sent is left out."""
    typed: dict[str, Any] = {}
    for control in controls_of(texts):
        if control.name in values:
            place = typed
            for step in control.path[:-1]:
                place = place.setdefault(step, {})
            place[control.path[-1]] = _typed(control.name, values[control.name])
    return typed


def at_controls(
    error: DomainError | ValidationError | None, texts: Mapping[str, Any]
) -> DomainError | ValidationError | None:
    """Return a refusal of texts with its messages under the names of the controls."""
    if not isinstance(error, ValidationError):
        return error
    found = {control.name: _messages(error.messages, control.path) for control in controls_of(texts)}
    by_control = {name: messages for name, messages in found.items() if messages}
    return ValidationError(by_control or error.messages)


def control_of(file: str, pointer: str) -> str | None:
    """Return the name of the control where a finding can be corrected, or None."""
    if file != MANIFEST:
        return DOCUMENTS.get(file)
    steps = pointer.split("/")[1:]
    if not steps:
        return None
    name = steps[0]
    if name in {"departments", "keywords", "laws", "version", "category", "license"}:
        return name
    if name == "personal_data" and steps[1:2] == ["kinds"]:
        return "personal_data-kinds"
    if steps[-1] in BOTH and name in {"name", "summary", "personal_data", "hours_saved", "placeholders", "localise"}:
        return "-".join(steps)
    return WHOLE.get(name)


def lines_of(value: str) -> list[str]:
    """Return what stands on the lines of a text, empty ones left out."""
    return [line.strip() for line in value.splitlines() if line.strip()]


def same(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for line ends and the space around them."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _controls(texts: Mapping[str, Any]) -> Iterator[Control]:
    for path in SINGLE:
        yield Control("-".join(path), path)
    for path in IN_BOTH:
        yield from _in_both("-".join(path), path)
    for index, key in enumerate(texts["placeholders"]):
        for part in ("label", "hint"):
            yield from _in_both(f"placeholders-{index}-{part}", ("placeholders", key, part))
    for index, key in enumerate(texts["localise"]):
        yield from _in_both(f"localise-{index}-hint", ("localise", key))


def _in_both(name: str, path: tuple[str, ...]) -> Iterator[Control]:
    for language in BOTH:
        yield Control(f"{name}-{language}", (*path, language))


def _at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = document
    for step in path:
        value = value[step]
    return value


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _typed(name: str, value: str) -> object:
    if name in LINES:
        return lines_of(value)
    if name == FLAG:
        return FLAGS.get(value)
    return (value.strip() or None) if name == HOURS else value


def _messages(messages: Any, path: tuple[str, ...]) -> list[Any]:
    """Return the messages about one text; those about words of a list count for the list."""
    for step in path:
        if isinstance(messages, dict) and step not in messages:
            messages = messages.get("value")  # how marshmallow names what stands under a key
        messages = messages.get(step) if isinstance(messages, dict) else None
    if isinstance(messages, dict):
        return [message for inner in messages.values() for message in _listed(inner)]
    return _listed(messages)


def _listed(messages: Any) -> list[Any]:
    if messages is None:
        return []
    return messages if isinstance(messages, list) else [messages]
