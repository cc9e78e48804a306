"""Names users, groups and organisations in what is read: by their codes, or by placeholders that hide them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from marketplace.bundle.conditions import ConditionSyntaxError, quote, rewrite_strings
from marketplace.bundle.model import JsonObject, PlaceholderKind
from marketplace.bundle.placeholders import CONDITION_KEY, EVERYONE

NAMING = frozenset({"type", "code", "name"})
KINDS = frozenset(kind.value for kind in PlaceholderKind)
KINDS_IN_CONDITIONS = {
    "USER_SELECT": "USER",
    "CREATOR": "USER",
    "MODIFIER": "USER",
    "STATUS_ASSIGNEE": "USER",
    "GROUP_SELECT": "GROUP",
    "ORGANIZATION_SELECT": "ORGANIZATION",
}
"""Whom the strings name that a field of the type is compared with."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A user, group or organisation of the workspace."""

    kind: PlaceholderKind
    code: str


class PrincipalNames(Protocol):
    """Decides what stands in a bundle in place of a code."""

    def name(self, kind: str, code: str) -> str:
        """Return the code to write."""
        ...


class KeptCodes:
    """Leaves codes as they are: for comparing within one workspace."""

    def name(self, kind: str, code: str) -> str:  # noqa: ARG002 - the shape of every naming
        """Return the code itself."""
        return code


@dataclass
class PlaceholderNames:
    """Gives each principal a placeholder, the known ones theirs; no code of the workspace is left."""

    known: Mapping[Principal, str] = field(default_factory=dict)
    reserved: Collection[str] = ()
    """Keys that are never given anew: they stand for somebody else."""
    given: dict[Principal, str] = field(default_factory=dict)
    """The placeholders that were used, in the order they were met."""

    def name(self, kind: str, code: str) -> str:
        """Return the placeholder as it stands in a bundle."""
        principal = Principal(PlaceholderKind(kind), code)
        if principal not in self.given:
            self.given[principal] = self.known.get(principal) or self._new_key(principal.kind)
        return f"{{{{{self.given[principal]}}}}}"

    def _new_key(self, kind: PlaceholderKind) -> str:
        taken = {*self.reserved, *self.known.values(), *self.given.values()}
        return next(key for number in range(1, len(taken) + 2) if (key := f"{kind.lower()}-{number}") not in taken)


def condition_kinds(fields: JsonObject) -> dict[str, str]:
    """Return which kind of principal each field of a form is compared with, columns of tables included."""
    every = dict(fields)
    for one in fields.values():
        every |= one.get("fields") or {}
    return {code: KINDS_IN_CONDITIONS[one["type"]] for code, one in every.items() if one["type"] in KINDS_IN_CONDITIONS}


def name_principals(value: Any, names: PrincipalNames, kinds: Mapping[str, str]) -> Any:
    """Return a part with each principal renamed; `kinds` tells the fields whose conditions name principals."""
    if isinstance(value, list):
        return [name_principals(item, names, kinds) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_principal(value):
        return {"type": value["type"], "code": names.name(str(value["type"]), str(value["code"]))}
    return {
        key: name_in_condition(inner, names, kinds)
        if key == CONDITION_KEY and isinstance(inner, str)
        else name_principals(inner, names, kinds)
        for key, inner in value.items()
    }


def _is_principal(value: JsonObject) -> bool:
    named = value.keys() <= NAMING and value.get("type") in KINDS and bool(value.get("code"))
    return named and {"type": value["type"], "code": value["code"]} != EVERYONE


def name_in_condition(condition: str, names: PrincipalNames, kinds: Mapping[str, str]) -> str:
    """Return a condition with the codes in it renamed; one that can't be read stays, the checks will refuse it."""

    def rewrite(code: str, text: str) -> str:
        kind = kinds.get(code)
        if kind is None or not text or (kind == EVERYONE["type"] and text == EVERYONE["code"]):
            return quote(text)
        return quote(names.name(kind, text))

    try:
        return rewrite_strings(condition, rewrite)
    except ConditionSyntaxError:
        return condition
