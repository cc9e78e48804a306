"""Whom a right or a task is given to, and whether that is the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from marketplace.sandbox.caller import EVERYONE, Caller

FIELD_KINDS = frozenset({"FIELD_ENTITY", "CUSTOM_FIELD"})
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, a group, an organisation, the creator of the app, or whoever a field of the record names."""

    kind: str
    code: str
    include_subs: bool = False

    @property
    def is_everyone(self) -> bool:
        """Tell whether this is the group of all."""
        return self.kind == "GROUP" and self.code == EVERYONE

    @property
    def is_field(self) -> bool:
        """Tell whether the record decides who is meant."""
        return self.kind in FIELD_KINDS

    def holds(self, caller: Caller, app_creator: str = "") -> bool:
        """Tell whether the caller is meant, whatever the record."""
        match self.kind:
            case "USER":
                return self.code == caller.code
            case "GROUP":
                return caller.standing.in_group(self.code)
            case "ORGANIZATION":
                return caller.standing.in_organization(self.code, include_subs=self.include_subs)
            case "CREATOR":
                return app_creator == caller.code
            case _:
                return False


def read_holder(document: Mapping[str, Any]) -> Holder:
    """Return the holder out of {"entity": {"type", "code"}, "includeSubs"}."""
    entity = document["entity"]
    include_subs = document.get("includeSubs") in {True, "true"}
    return Holder(str(entity["type"]), str(entity.get("code") or ""), include_subs)


def in_priority(pairs: Iterable[tuple[Holder, Given]]) -> tuple[tuple[Holder, Given], ...]:
    """Return holders with what they are given by priority: as written, but everyone last."""
    return tuple(sorted(pairs, key=lambda pair: pair[0].is_everyone))
