"""Turns the parts of a bundle's app into the bodies of the REST calls that set them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.placeholders import substitute
from marketplace.kintone.field_types import is_built_in
from marketplace.kintone.repeats import merge_repeats

SendFile = Callable[[str], str]
"""Uploads a file of the app, named by its path in the bundle, and returns a key good for one use."""

DEVICES = ("desktop", "mobile")
NOTIFICATION_GROUPS = ("general", "perRecord", "reminder")
RIGHTS_SCOPES = ("app", "record", "field")
NAMED = {PartName.VIEWS: "views", PartName.REPORTS: "reports", PartName.ACTIONS: "actions"}
"""The parts whose entries stand by name below one key."""
CREATOR_ALONE: JsonObject = {
    "entity": {"type": "CREATOR"},
    "includeSubs": False,
    "appEditable": True,
    "recordViewable": True,
    "recordAddable": True,
    "recordEditable": True,
    "recordDeletable": True,
    "recordImportable": True,
    "recordExportable": True,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a workspace fills into the bundle: app ids for app keys, codes for placeholders."""

    app_ids: Mapping[str, str]
    placeholders: Mapping[str, str]


def fields_body(app: AppDefinition, codes: Iterable[str], target: Target) -> JsonObject:
    """Return the properties of some of the app's fields, to be added."""
    properties = _part(app, PartName.FIELDS, target)["properties"]
    return {code: _field(properties[code], target) for code in codes}


def _field(field: JsonObject, target: Target) -> JsonObject:
    made = dict(field)
    for name in ("lookup", "referenceTable"):
        if name in made:
            made[name] = made[name] | {"relatedApp": _app(made[name]["relatedApp"], target)}
    if "fields" in made:
        made["fields"] = {code: _field(inner, target) for code, inner in made["fields"].items()}
    return made


def _app(reference: JsonObject, target: Target) -> JsonObject:
    return {"app": target.app_ids[str(reference["app"])]}


def built_in_changes(app: AppDefinition, present: JsonObject) -> JsonObject:
    """Return what makes the built-in fields as the bundle has them, keyed by their present codes; empty if nothing."""
    by_type = {field["type"]: code for code, field in present.items() if is_built_in(field)}
    changes: JsonObject = {}
    for wanted in app.fields.values():
        if is_built_in(wanted) and wanted["type"] in by_type:
            code = by_type[wanted["type"]]
            if any(present[code].get(name) != value for name, value in wanted.items()):
                changes[code] = dict(wanted)
    return changes


def has_built_ins(app: AppDefinition) -> bool:
    """Tell whether the bundle says anything about built-in fields."""
    return any(is_built_in(field) for field in app.fields.values())


def has_settings(app: AppDefinition) -> bool:
    """Tell whether the bundle says anything about the general settings."""
    return bool(_without(app.part(PartName.SETTINGS) or {}, "revision"))


def settings_body(app: AppDefinition, target: Target, send: SendFile) -> JsonObject:
    """Return the general settings, the icon uploaded."""
    body = _without(_part(app, PartName.SETTINGS, target), "revision")
    icon = body.get("icon")
    if isinstance(icon, dict) and icon.get("type") == "FILE":
        body["icon"] = _sent(icon, send)
    return body


def layout_body(app: AppDefinition, target: Target) -> JsonObject:
    """Return the layout."""
    return {"layout": _part(app, PartName.LAYOUT, target)["layout"]}


def views_body(app: AppDefinition, target: Target) -> JsonObject | None:
    """Return the views, or None when the bundle leaves them alone."""
    return _named(app, PartName.VIEWS, target)


def has_process(app: AppDefinition) -> bool:
    """Tell whether the bundle brings a process, enabled or not."""
    return bool((app.part(PartName.PROCESS) or {}).get("states"))


def process_body(app: AppDefinition, target: Target) -> JsonObject | None:
    """Return the process, or None when the bundle has none."""
    if not has_process(app):
        return None
    body = _without(_part(app, PartName.PROCESS, target), "revision")
    return body | {"actions": [_without(action, "type") for action in body.get("actions") or []]}


def reports_body(app: AppDefinition, target: Target) -> JsonObject | None:
    """Return the graphs, or None when the bundle has none."""
    return _named(app, PartName.REPORTS, target)


def actions_body(app: AppDefinition, target: Target) -> JsonObject | None:
    """Return the actions that copy records, or None when the bundle has none."""
    body = _named(app, PartName.ACTIONS, target)
    if body is None:
        return None
    actions = body["actions"]
    return {"actions": {name: act | {"destApp": _app(act["destApp"], target)} for name, act in actions.items()}}


def permissions_bodies(app: AppDefinition, target: Target) -> dict[str, JsonObject]:
    """Return the rights by what they cover: app, record, field; what the bundle leaves empty stays as kintone sets it.

    When nobody is left of those who had rights on the app, it belongs to its creator alone: kintone's own default
    would open it to everyone.
    """
    given = app.part(PartName.PERMISSIONS) or {}
    part = _part(app, PartName.PERMISSIONS, target)
    bodies = {scope: {"rights": part[scope]["rights"]} for scope in RIGHTS_SCOPES if part.get(scope, {}).get("rights")}
    if given.get("app", {}).get("rights") and "app" not in bodies:
        bodies["app"] = {"rights": [CREATOR_ALONE]}
    return bodies


def notification_bodies(app: AppDefinition, target: Target) -> dict[str, JsonObject]:
    """Return the notifications by group, without the groups that are empty."""
    part = _part(app, PartName.NOTIFICATIONS, target)
    bodies = {}
    for group in NOTIFICATION_GROUPS:
        body = _without(part.get(group) or {}, "revision")
        if body.get("notifications") or body.get("notifyToCommenter") is not None:
            bodies[group] = body
    return bodies


def customize_body(app: AppDefinition, target: Target, send: SendFile) -> JsonObject | None:
    """Return the customisation, its files uploaded, or None when there is none."""
    if not has_customization(app):
        return None
    body = _without(_part(app, PartName.CUSTOMIZE, target), "revision")
    for device in DEVICES:
        lists = body.get(device) or {}
        body[device] = {kind: [_sent(item, send) for item in items or []] for kind, items in lists.items()}
    return body


def has_customization(app: AppDefinition) -> bool:
    """Tell whether the bundle brings JavaScript or CSS."""
    return bool(customization_items(app))


def customization_items(app: AppDefinition) -> list[JsonObject]:
    """Return the JavaScript and CSS entries of both devices."""
    part = app.part(PartName.CUSTOMIZE) or {}
    return [item for device in DEVICES for items in (part.get(device) or {}).values() for item in items or []]


def plugin_names(app: AppDefinition) -> dict[str, str]:
    """Return the names of the plug-ins the app uses, by their ids."""
    plugins = (app.part(PartName.PLUGINS) or {}).get("plugins") or []
    return {str(plugin["id"]): str(plugin.get("name") or plugin["id"]) for plugin in plugins}


def admin_notes_body(app: AppDefinition, target: Target) -> JsonObject | None:
    """Return the note for administrators, or None when there is none."""
    return _without(_part(app, PartName.ADMIN_NOTES, target), "revision") if has_admin_notes(app) else None


def has_admin_notes(app: AppDefinition) -> bool:
    """Tell whether the bundle brings a note for administrators."""
    return bool((app.part(PartName.ADMIN_NOTES) or {}).get("content"))


def has_named(app: AppDefinition, part: PartName) -> bool:
    """Tell whether the bundle brings an entry of a part whose entries have names."""
    return bool((app.part(part) or {}).get(NAMED[part]))


def _part(app: AppDefinition, name: PartName, target: Target) -> JsonObject:
    """Return a part with the placeholders filled in; those without a code are gone."""
    return merge_repeats(name, substitute(name, app.part(name) or {}, target.placeholders).content)


def _named(app: AppDefinition, part: PartName, target: Target) -> JsonObject | None:
    if not has_named(app, part):
        return None
    key = NAMED[part]
    named = _part(app, part, target)[key]
    return {key: {name: _without(one, "id") for name, one in named.items()}}


def _without(document: JsonObject, *names: str) -> JsonObject:
    return {name: value for name, value in document.items() if name not in names}


def _sent(item: JsonObject, send: SendFile) -> JsonObject:
    """Return a file entry with a fresh key in place of the path; entries by address stay."""
    if item.get("type") != "FILE":
        return item
    file: dict[str, Any] = item["file"]
    return {"type": "FILE", "file": {"fileKey": send(str(file["path"]))}}
