"""Which apps of a bundle refer to which, and the rounds in which they can be installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.walking import join_pointer


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field of a form with where it stands; columns of tables are fields too."""

    code: str
    definition: JsonObject
    pointer: str
    table: str | None = None

    @property
    def type(self) -> str:
        """The kintone type."""
        return str(self.definition["type"])


@dataclass(frozen=True, slots=True)
class AppReference:
    """One place where an app names another app (or itself) by its key."""

    app_key: str
    part: PartName
    pointer: str


def all_fields(app: AppDefinition) -> Iterator[FieldPlace]:
    """Yield each field of an app, a table before its columns."""
    for code, definition in app.fields.items():
        pointer = join_pointer("/properties", code)
        yield FieldPlace(code, definition, pointer)
        for column, inner in definition.get("fields", {}).items():
            yield FieldPlace(column, inner, join_pointer(pointer, "fields", column), table=code)


def list_references(app: AppDefinition) -> list[AppReference]:
    """Return every place where an app names an app: lookups, related records and actions."""
    found = []
    for field in all_fields(app):
        for kind in ("lookup", "referenceTable"):
            if kind in field.definition:
                key = field.definition[kind]["relatedApp"]["app"]
                place = join_pointer(field.pointer, kind, "relatedApp", "app")
                found.append(AppReference(key, PartName.FIELDS, place))
    actions = (app.part(PartName.ACTIONS) or {}).get("actions", {})
    for name, action in actions.items():
        place = join_pointer("/actions", name, "destApp", "app")
        found.append(AppReference(action["destApp"]["app"], PartName.ACTIONS, place))
    return found


def app_references(app: AppDefinition) -> set[str]:
    """Return the keys of the apps that an app refers to; it may be among them itself."""
    return {reference.app_key for reference in list_references(app)}


def lookup_references(app: AppDefinition) -> set[str]:
    """Return the keys of the apps whose records an app looks up; those must be there, and filled, before it."""
    return {
        field.definition["lookup"]["relatedApp"]["app"] for field in all_fields(app) if "lookup" in field.definition
    }


def install_order(bundle: Bundle) -> list[list[str]]:
    """Return rounds of app keys: an app's lookups point to earlier rounds, or into its own when they form a cycle.

    Related records and actions need no order: they are set once every app exists. Inside a round the order of the
    manifest holds.
    """
    needs = {app.key: lookup_references(app) & set(bundle.manifest.app_keys) for app in bundle.apps}
    reach = {key: _reachable(key, needs) for key in needs}
    rounds: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(needs):
        # Ready is what needs nothing unplaced but itself and the apps that need it in turn.
        ready = [
            key
            for key in needs
            if key not in placed and all(key in reach[other] for other in reach[key] - placed - {key})
        ]
        rounds.append(ready)
        placed.update(ready)
    return rounds


def _reachable(start: str, needs: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        fresh = needs[pending.pop()] - found
        found |= fresh
        pending += fresh
    return found
