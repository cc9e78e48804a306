"""Finds the choice fields into which another choice field is copied: by lookups, and by actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.bundle.field_types import CHOICE_TYPES
from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.bundle.references import FieldPlace, all_fields

Field = tuple[str, str]
"""The key of an app and the code of one of its fields."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One field that is copied into another."""

    source: Field
    target: Field


def find_choice(bundle: Bundle, field: Field) -> FieldPlace | None:
    """Return a choice field, in a table or outside of one; None if there is no such field."""
    app = bundle.find_app(field[0])
    found = (each for each in all_fields(app) if each.code == field[1]) if app is not None else iter(())
    return next((each for each in found if each.type in CHOICE_TYPES), None)


def list_copies(bundle: Bundle) -> list[Copy]:
    """Return every copy of one choice field into another."""
    copies = [copy for app in bundle.apps for copy in (*_by_lookups(app), *_by_actions(app))]
    choices = {(app.key, each.code) for app in bundle.apps for each in all_fields(app) if each.type in CHOICE_TYPES}
    return [copy for copy in copies if {copy.source, copy.target} <= choices]


def _by_lookups(app: AppDefinition) -> Iterator[Copy]:
    for field in all_fields(app):
        lookup = field.definition.get("lookup") or {}
        for mapping in lookup.get("fieldMappings") or ():
            yield Copy((lookup["relatedApp"]["app"], mapping["relatedField"]), (app.key, mapping["field"]))


def _by_actions(app: AppDefinition) -> Iterator[Copy]:
    for action in ((app.part(PartName.ACTIONS) or {}).get("actions") or {}).values():
        for mapping in action.get("mappings") or ():
            if mapping.get("srcType") == "FIELD":
                yield Copy((app.key, mapping["srcField"]), (action["destApp"]["app"], mapping["destField"]))
