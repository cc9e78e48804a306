"""Makes of the answers on the other settings the parts as a bundle has them; what is kintone's default is no part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.bundle.model import JsonObject, PartName
from marketplace.kintone.translation import DEVICES, NOTIFICATION_GROUPS, RIGHTS_SCOPES

FOREIGN = frozenset({"revision", "id"})
"""What numbers things in one domain."""


def read_settings(answer: JsonObject) -> JsonObject:
    """Return the general settings."""
    return _own(answer)


def read_views(answer: JsonObject) -> JsonObject | None:
    """Return the views, or None where there are none."""
    return _named(answer, "views")


def read_reports(answer: JsonObject) -> JsonObject | None:
    """Return the graphs, or None where there are none."""
    return _named(answer, "reports")


def read_actions(answer: JsonObject, app_keys: Mapping[str, str]) -> tuple[JsonObject | None, list[str]]:
    """Return the actions with their targets by key, and the names of those whose target has none."""
    kept: JsonObject = {}
    left: list[str] = []
    for name, action in (answer.get("actions") or {}).items():
        key = app_keys.get(str((action.get("destApp") or {}).get("app")))
        if key is None:
            left.append(name)
        else:
            kept[name] = _own(action) | {"destApp": {"app": key}}
    return ({"actions": kept} if kept else None), left


def read_process(answer: JsonObject) -> JsonObject | None:
    """Return the process without the attributes that are read only, or None where none was ever set up."""
    if not answer.get("states"):
        return None
    actions = [{key: value for key, value in act.items() if key != "type"} for act in answer.get("actions") or []]
    return {"enable": bool(answer.get("enable")), "states": answer["states"], "actions": actions}


def read_permissions(sections: JsonObject) -> JsonObject | None:
    """Return the rights by what they cover, without what is empty."""
    told = {scope: sections[scope].get("rights") for scope in RIGHTS_SCOPES if scope in sections}
    return {scope: {"rights": rights} for scope, rights in told.items() if rights} or None


def read_notifications(sections: JsonObject) -> JsonObject | None:
    """Return the notifications by group, without the groups that say nothing."""
    made: JsonObject = {}
    for group in NOTIFICATION_GROUPS:
        told = _own(sections.get(group) or {})
        if told.get("notifications") or told.get("notifyToCommenter"):
            made[group] = told
    return made or None


def read_customize(answer: JsonObject) -> JsonObject | None:
    """Return the customisation, its files still by key, or None where there is none."""
    read = _own(answer)
    items = [items for device in DEVICES for items in (read.get(device) or {}).values() if items]
    return read if items else None


def read_plugins(answer: JsonObject) -> JsonObject | None:
    """Return the plug-ins, or None where there are none."""
    plugins = [
        {"id": one["id"], "name": one.get("name") or one["id"], "enabled": bool(one.get("enabled", True))}
        for one in answer.get("plugins") or []
    ]
    return {"plugins": plugins} if plugins else None


def read_admin_notes(answer: JsonObject) -> JsonObject | None:
    """Return the note for administrators, or None where it is empty."""
    return _own(answer) if answer.get("content") else None


PLAIN_PARTS: Mapping[PartName, Any] = {
    PartName.SETTINGS: read_settings,
    PartName.VIEWS: read_views,
    PartName.REPORTS: read_reports,
    PartName.PROCESS: read_process,
    PartName.PERMISSIONS: read_permissions,
    PartName.NOTIFICATIONS: read_notifications,
    PartName.CUSTOMIZE: read_customize,
    PartName.PLUGINS: read_plugins,
    PartName.ADMIN_NOTES: read_admin_notes,
}
"""The parts that need nothing but their own answer."""


def _named(answer: JsonObject, key: str) -> JsonObject | None:
    named = answer.get(key) or {}
    return {key: {name: _own(one) for name, one in named.items()}} if named else None


def _own(document: JsonObject) -> JsonObject:
    return {key: value for key, value in document.items() if key not in FOREIGN}
