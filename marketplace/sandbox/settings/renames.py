"""What became of names between two states of a form: field codes, options, states of the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.sandbox.settings.store import Document

NewNames = Mapping[str, str | None]
"""New names by former ones; None for what is gone. What kept its name is not listed."""


@dataclass(frozen=True, slots=True)
class Renames:
    """The names of one app that changed."""

    codes: Mapping[str, str] = field(default_factory=dict)
    """New field codes by former ones, also inside tables."""
    gone: frozenset[str] = frozenset()
    """The codes of fields that were deleted, also inside tables."""
    values: Mapping[str, NewNames] = field(default_factory=dict)
    """The options of fields and the states of the process, by the former code of the field."""

    def __bool__(self) -> bool:
        """Tell whether any name changed."""
        return bool(self.codes or self.gone or self.values)

    def code(self, former: str) -> str:
        """Return the present code of a field."""
        return self.codes.get(former, former)


def renames_between(old: Mapping[str, Document], new: Mapping[str, Document]) -> Renames:
    """Return what became of the fields of a form and of their options, told by their numbers."""
    present = {property_["$id"]: property_ for property_, _ in every_field(new)}
    codes: dict[str, str] = {}
    values: dict[str, NewNames] = {}
    gone = set()
    for property_, _ in every_field(old):
        code, now = property_["code"], present.get(property_["$id"])
        if now is None:
            gone.add(code)
            continue
        if now["code"] != code:
            codes[code] = now["code"]
        if names := new_names(property_.get("options"), now.get("options")):
            values[code] = names
    return Renames(codes, frozenset(gone), values)


def state_renames(properties: Mapping[str, Document], old: Mapping[str, Any], new: Mapping[str, Any]) -> Renames:
    """Return what became of the states between two documents of the process."""
    names = new_names(old["states"], new["states"])
    return Renames(values={code_of_type(properties, "STATUS"): names} if names else {})


def new_names(
    old: Mapping[str, Mapping[str, Any]] | None, new: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, str | None]:
    """Return the new names of numbered options or states by their former ones."""
    present = {identity(name, item): name for name, item in (new or {}).items()}
    found = {name: present.get(identity(name, item)) for name, item in (old or {}).items()}
    return {name: now for name, now in found.items() if now != name}


def identity(name: str, item: Mapping[str, Any]) -> int | str:
    """Return what an option or state keeps when it is renamed; one without a number never was."""
    number: int | str = item.get("$id", name)
    return number


def every_field(properties: Mapping[str, Document]) -> Iterator[tuple[Document, Document | None]]:
    """Yield each field and the table it stands in, tables before their columns."""
    for property_ in properties.values():
        yield property_, None
        for column in property_.get("fields", {}).values():
            yield column, property_
