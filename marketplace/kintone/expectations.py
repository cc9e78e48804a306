"""Says what an app of a bundle should have become in a workspace, in the shape in which it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.kintone import translation
from marketplace.kintone.reading.sources import SOURCES, Source
from marketplace.kintone.translation import Target


def expected_app(bundle: Bundle, app: AppDefinition, placeholders: Mapping[str, str]) -> AppDefinition:
    """Return an app with the placeholders filled in, without the parts that the install leaves to kintone."""
    target = Target({other.key: other.key for other in bundle.apps}, placeholders)
    bodies: dict[PartName, JsonObject | None] = {
        PartName.SETTINGS: translation.settings_body(app, target, _path),
        PartName.FIELDS: {"properties": translation.fields_body(app, app.fields, target)},
        PartName.LAYOUT: translation.layout_body(app, target),
        PartName.VIEWS: translation.views_body(app, target),
        PartName.PROCESS: translation.process_body(app, target),
        PartName.PERMISSIONS: dict(translation.permissions_bodies(app, target)),
        PartName.NOTIFICATIONS: dict(translation.notification_bodies(app, target)),
        PartName.REPORTS: translation.reports_body(app, target),
        PartName.ACTIONS: translation.actions_body(app, target),
        PartName.CUSTOMIZE: translation.customize_body(app, target, _path),
        PartName.PLUGINS: _plugins(app),
        PartName.ADMIN_NOTES: translation.admin_notes_body(app, target),
    }
    parts = {part: _with_paths(body) for part, body in bodies.items() if body}
    return replace(app, parts=parts)


def sources_of(expected: AppDefinition) -> list[Source]:
    """Return the calls that tell whether an app has become what it should."""
    return [source for source in SOURCES if _is_told(expected.part(source.part), source)]


def _is_told(part: JsonObject | None, source: Source) -> bool:
    return part is not None and (not source.section or source.section in part)


def _plugins(app: AppDefinition) -> JsonObject | None:
    names = translation.plugin_names(app)
    return {"plugins": [{"id": plugin_id} for plugin_id in names]} if names else None


def _path(path: str) -> str:
    return path


def _with_paths(value: Any) -> Any:
    """Return a body with the paths that stand for file keys called paths again."""
    if isinstance(value, list):
        return [_with_paths(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {("path" if key == "fileKey" else key): _with_paths(inner) for key, inner in value.items()}
