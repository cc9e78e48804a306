"""Sorts the fields of a set of apps into rounds, with a deploy after each, as few as kintone allows.

A lookup or a list of related records can only name fields of another app that are in use already, so it
belongs to a later round than they do. Formulas and tables belong to the round of the latest field they need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.kintone.field_types import is_built_in, is_creatable

Node = tuple[str, str]
"""A top-level field: the key of its app and its code."""
Owners = Mapping[str, Mapping[str, set[Node]]]
"""By the keys of apps and the codes in them."""
WORD = re.compile(r"[^\s()+\-*/^&,.=<>!\"]+")
MAY_REPEAT = frozenset({"lookup", "referenceTable"})


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be there before a field: in the same form, and in use in other apps."""

    here: frozenset[Node]
    in_use: frozenset[Node]


@dataclass(frozen=True, slots=True)
class Rounds:
    """The round of each creatable field, and the last one, in which everything else is set."""

    of_field: Mapping[Node, int]
    last: int

    def codes(self, app: AppDefinition, number: int) -> list[str]:
        """Return the codes of an app's fields of one round, lookups last: they name fields beside them."""
        found = [code for code in app.fields if self.of_field.get((app.key, code)) == number]
        return sorted(found, key=lambda code: _has_lookup(app.fields[code]))


def sort_into_rounds(bundle: Bundle) -> Rounds:
    """Return the rounds of a bundle; fields that need each other in a circle come last, and kintone decides on them."""
    owners = {app.key: _owners_in(app) for app in bundle.apps}
    needs = {node: _needs(bundle, owners, node) for node in _nodes(bundle)}
    level = dict.fromkeys(needs, 0)
    crossing = sum(1 for need in needs.values() if need.in_use)
    for _ in range(crossing + 1):
        before = dict(level)
        _raise_levels(level, needs)
        if level == before:
            break
    used = sorted({0, *level.values()})
    of_field = {node: used.index(number) for node, number in level.items()}
    last = max([0, *of_field.values(), *(_round_of_actions(app, of_field, owners) for app in bundle.apps)])
    return Rounds(of_field=of_field, last=last)


def _raise_levels(level: dict[Node, int], needs: Mapping[Node, Needs]) -> None:
    """Lift each field over what it needs; fields of one form settle among themselves first."""
    for node, need in needs.items():
        level[node] = max([level[node], *(level.get(other, 0) + 1 for other in need.in_use)])
    for _ in range(len(needs)):
        before = dict(level)
        for node, need in needs.items():
            level[node] = max([level[node], *(level.get(other, 0) for other in need.here)])
        if level == before:
            return


def _nodes(bundle: Bundle) -> Iterator[Node]:
    for app in bundle.apps:
        for code, field in app.fields.items():
            if is_creatable(field):
                yield app.key, code


def _needs(bundle: Bundle, owners: Owners, node: Node) -> Needs:
    key, code = node
    field = bundle.app(key).fields[code]
    parts = [field, *field.get("fields", {}).values()]
    here: set[Node] = set()
    in_use: set[Node] = set()
    for part in parts:
        here |= _among(owners[key], _words(part.get("expression")))
        for name in MAY_REPEAT & part.keys():
            mine, other, theirs = _reference(part[name])
            here |= _among(owners[key], mine)
            if other in owners:
                # The empty code stands for the app itself, which has to be in use in any case.
                in_use |= {(other, ""), *_among(owners[other], theirs)}
    return Needs(here=frozenset(here - {node}), in_use=frozenset(in_use))


def _reference(reference: JsonObject) -> tuple[set[str], str, set[str]]:
    """Return the fields named here, the key of the other app, and the fields named there."""
    condition = reference.get("condition") or {}
    mappings = reference.get("fieldMappings") or []
    mine = {mapping["field"] for mapping in mappings} | ({condition["field"]} if condition else set())
    theirs = {mapping["relatedField"] for mapping in mappings}
    theirs |= {condition["relatedField"]} if condition else set()
    theirs |= {reference["relatedKeyField"]} if "relatedKeyField" in reference else set()
    theirs |= {*(reference.get("lookupPickerFields") or ()), *(reference.get("displayFields") or ())}
    theirs |= _words(reference.get("filterCond")) | _words(reference.get("sort"))
    return mine, str(reference["relatedApp"]["app"]), theirs


def _owners_in(app: AppDefinition) -> dict[str, set[Node]]:
    """Return for each code of an app the top-level fields that are it, or hold it as a column."""
    owners: dict[str, set[Node]] = {}
    for code, field in app.fields.items():
        if not is_built_in(field):
            for each in (code, *field.get("fields", {})):
                owners.setdefault(each, set()).add((app.key, code))
    return owners


def _among(owners: Mapping[str, set[Node]], codes: Iterable[str]) -> set[Node]:
    """Return the owners of the codes given; other words are no fields."""
    return {node for code in codes for node in owners.get(code, ())}


def _words(text: object) -> set[str]:
    return set(WORD.findall(text)) if isinstance(text, str) else set()


def _has_lookup(field: JsonObject) -> bool:
    return any("lookup" in part for part in (field, *field.get("fields", {}).values()))


def _round_of_actions(app: AppDefinition, of_field: Mapping[Node, int], owners: Owners) -> int:
    """Return the round by which all targets of an app's actions are in use."""
    least = 0
    for action in ((app.part(PartName.ACTIONS) or {}).get("actions") or {}).values():
        target = str(action["destApp"]["app"])
        if target in owners and target != app.key:
            codes = {mapping["destField"] for mapping in action.get("mappings") or []}
            least = max([least, 1, *(of_field.get(node, 0) + 1 for node in _among(owners[target], codes))])
    return least
