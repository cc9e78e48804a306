"""Sets the parts that one call replaces whole, so that calling again comes to the same end."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone import translation
from marketplace.kintone.client import KintoneClient

Body = Callable[[Scene], JsonObject | None]
Put = Callable[[KintoneClient, str, JsonObject], None]


def _act(body_of: Body, put: Put) -> Act:
    def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
        body = body_of(scene)
        if body is not None:
            put(scene.client, scene.app_id, body)
        return {}

    return Act(perform=perform)


SETTINGS = _act(
    lambda scene: translation.settings_body(scene.app, scene.target, scene.send_file), KintoneClient.put_settings
)
LAYOUT = _act(lambda scene: translation.layout_body(scene.app, scene.target), KintoneClient.put_layout)
PROCESS = _act(lambda scene: translation.process_body(scene.app, scene.target), KintoneClient.put_process)
VIEWS = _act(lambda scene: translation.views_body(scene.app, scene.target), KintoneClient.put_views)
REPORTS = _act(lambda scene: translation.reports_body(scene.app, scene.target), KintoneClient.put_reports)
ACTIONS = _act(lambda scene: translation.actions_body(scene.app, scene.target), KintoneClient.put_actions)
CUSTOMIZE = _act(
    lambda scene: translation.customize_body(scene.app, scene.target, scene.send_file), KintoneClient.put_customize
)
ADMIN_NOTES = _act(lambda scene: translation.admin_notes_body(scene.app, scene.target), KintoneClient.put_admin_notes)


def _put_permissions(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    puts = {
        "field": KintoneClient.put_field_acl,
        "record": KintoneClient.put_record_acl,
        # Last: it may take from the installer what the other two need.
        "app": KintoneClient.put_app_acl,
    }
    bodies = translation.permissions_bodies(scene.app, scene.target)
    for scope, put in puts.items():
        if scope in bodies:
            put(scene.client, scene.app_id, bodies[scope])
    return {"set": sorted(bodies)}


def _put_notifications(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    bodies = translation.notification_bodies(scene.app, scene.target)
    for group, body in bodies.items():
        scene.client.put_notifications(scene.app_id, group, body)
    return {"set": sorted(bodies)}


PERMISSIONS = Act(perform=_put_permissions)
NOTIFICATIONS = Act(perform=_put_notifications)
