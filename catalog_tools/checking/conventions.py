"""The conventions that let every install run through, whatever stays unmapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog_tools.checking.flaws import Flaw, fields_and_columns, lookups_of, part_of, process_of, samples_of
from marketplace.bundle.field_types import SELECTION_KINDS
from marketplace.bundle.model import AppDefinition, JsonObject, PartName

EVERYONE = {"type": "GROUP", "code": "everyone"}
NOBODY = {"type": "ONE", "entities": []}


def convention_flaws(app: AppDefinition) -> Iterator[Flaw]:
    """Yield where an app breaks a convention."""
    yield from _process(app)
    yield from _permissions(app)
    yield from _fields(app)
    yield from _links(app)


def _process(app: AppDefinition) -> Iterator[Flaw]:
    process = process_of(app)
    for name, state in process["states"].items():
        assignee = state["assignee"]
        kinds = {holder["entity"]["type"] for holder in assignee["entities"]}
        if assignee["type"] != "ANY" and assignee["entities"]:
            yield Flaw(f"{name}: whoever moves a record must not choose the assignee; use ANY", app.key, "process")
        if state["index"] == "0" and assignee != NOBODY:
            yield Flaw(f"{name}: the first state belongs to nobody", app.key, "process")
        if kinds and "FIELD_ENTITY" not in kinds:
            yield Flaw(f"{name}: name a field for people beside the placeholders", app.key, "process")
    names = [action["name"] for action in process["actions"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Flaw(f"a second button “{name}”; names of buttons are unique in an app", app.key, "process")
    yield from _dead_ends(app, process)


def _dead_ends(app: AppDefinition, process: JsonObject) -> Iterator[Flaw]:
    """Yield states from which no final state can be reached; the checks of every bundle do the way there."""
    ways: dict[str, set[str]] = {name: set() for name in process["states"]}
    for action in process["actions"]:
        ways[action["from"]].add(action["to"])
    ends = {name for name, targets in ways.items() if not targets}
    reaching = set(ends)
    while True:
        more = {name for name, targets in ways.items() if targets & reaching} - reaching
        if not more:
            break
        reaching |= more
    for name in ways:
        if ends and name not in reaching:
            yield Flaw(f"nothing leads from “{name}” to a final state ({'、'.join(sorted(ends))})", app.key, "process")


def _permissions(app: AppDefinition) -> Iterator[Flaw]:
    permissions = part_of(app, PartName.PERMISSIONS)
    rights: list[Any] = permissions.get("app", {}).get("rights", [])
    if not rights or rights[0]["entity"] != {"type": "CREATOR"} or not rights[0]["appEditable"]:
        yield Flaw("rights begin with CREATOR, who may do everything", app.key, "permissions")
    if not rights or rights[-1]["entity"] != EVERYONE or rights[-1]["recordEditable"]:
        yield Flaw("rights end with everyone, who never edits", app.key, "permissions")
    for kind in ("record", "field"):
        for right in permissions.get(kind, {}).get("rights", ()):
            last = right["entities"][-1]
            if last["entity"] != EVERYONE:
                yield Flaw(f"each right on {kind}s ends with everyone", app.key, "permissions")
            elif kind == "field" and last["accessibility"] != "WRITE":
                yield Flaw(f"{right['code']}: whoever installs has to write the samples", app.key, "permissions")


def _fields(app: AppDefinition) -> Iterator[Flaw]:
    for code, field in app.fields.items():
        if field.get("required") and field["type"] in SELECTION_KINDS:
            yield Flaw(f"“{code}” is for people, so it is not required", app.key, "fields", code)
        if field.get("minLength") and not field.get("required"):
            yield Flaw(f"“{code}” may stay empty, so it has no least length", app.key, "fields", code)


def _links(app: AppDefinition) -> Iterator[Flaw]:
    related = [field["referenceTable"] for field in app.fields.values() if "referenceTable" in field]
    for link in (*lookups_of(app).values(), *related):
        if "ステータス" in link["filterCond"]:
            yield Flaw("conditions of lookups and related records name no state", app.key, "fields")
        if link["sort"].count(",") > 0:
            yield Flaw("lookups and related records sort by one field", app.key, "fields")
    filled = {mapping["field"] for lookup in lookups_of(app).values() for mapping in lookup["fieldMappings"]}
    fields = fields_and_columns(app)
    for code in sorted(filled & fields.keys()):
        field = fields[code]
        if field["required"] and field["type"] != "RADIO_BUTTON":
            yield Flaw(f"“{code}” is filled by a lookup, so it is not required", app.key, "fields", code)
        if any(code in record for record in samples_of(app)):
            yield Flaw(f"“{code}” is filled by a lookup; leave it out of the samples", app.key, "records", code)
