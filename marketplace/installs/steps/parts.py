"""Sets the parts that one call replaces whole, so that calling again comes to the same end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from marketplace.bundle.model import JsonObject, PartName
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.writing import Write, is_written, write_all
from marketplace.kintone import translation
from marketplace.kintone.client import KintoneClient

Body = Callable[[Scene], JsonObject | None]
Put = Callable[[KintoneClient, str, JsonObject, str | None], str]


def _act(part: PartName, put: Put, body_of: Body) -> Act:
    """Return the act that sets a part; files are uploaded only when the call is about to be made."""

    def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
        def send(revision: str | None) -> str | None:
            body = body_of(scene)
            return revision if body is None else put(scene.client, scene.app_id, body, revision)

        return write_all(scene, [Write(send, partial(is_written, scene, part))], resumed=resumed)

    return Act(perform=perform, changes_by_one_call=True)


SETTINGS = _act(
    PartName.SETTINGS,
    KintoneClient.put_settings,
    lambda scene: translation.settings_body(scene.app, scene.target, scene.send_file),
)
PROCESS = _act(
    PartName.PROCESS, KintoneClient.put_process, lambda scene: translation.process_body(scene.app, scene.target)
)
VIEWS = _act(PartName.VIEWS, KintoneClient.put_views, lambda scene: translation.views_body(scene.app, scene.target))
REPORTS = _act(
    PartName.REPORTS, KintoneClient.put_reports, lambda scene: translation.reports_body(scene.app, scene.target)
)
ACTIONS = _act(
    PartName.ACTIONS, KintoneClient.put_actions, lambda scene: translation.actions_body(scene.app, scene.target)
)
CUSTOMIZE = _act(
    PartName.CUSTOMIZE,
    KintoneClient.put_customize,
    lambda scene: translation.customize_body(scene.app, scene.target, scene.send_file),
)
ADMIN_NOTES = _act(
    PartName.ADMIN_NOTES,
    KintoneClient.put_admin_notes,
    lambda scene: translation.admin_notes_body(scene.app, scene.target),
)


def _section(scene: Scene, part: PartName, section: str, put: Put, body: JsonObject) -> Write:
    """Return the call that replaces one section of a part."""

    def send(revision: str | None) -> str:
        return put(scene.client, scene.app_id, body, revision)

    return Write(send, partial(is_written, scene, part, section=section))


def _put_permissions(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    puts: dict[str, Put] = {
        "field": KintoneClient.put_field_acl,
        "record": KintoneClient.put_record_acl,
        # Last: it may take from the installer what the other two need.
        "app": KintoneClient.put_app_acl,
    }
    bodies = translation.permissions_bodies(scene.app, scene.target)
    writes = [
        _section(scene, PartName.PERMISSIONS, scope, put, bodies[scope])
        for scope, put in puts.items()
        if scope in bodies
    ]
    return {"set": sorted(bodies), **write_all(scene, writes, resumed=resumed)}


def _put_notifications(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    bodies = translation.notification_bodies(scene.app, scene.target)
    writes = [_section(scene, PartName.NOTIFICATIONS, group, _put_group(group), body) for group, body in bodies.items()]
    return {"set": sorted(bodies), **write_all(scene, writes, resumed=resumed)}


def _put_group(group: str) -> Put:
    def put(client: KintoneClient, app_id: str, body: JsonObject, revision: str | None) -> str:
        return client.put_notifications(app_id, group, body, revision)

    return put


PERMISSIONS = Act(perform=_put_permissions)
NOTIFICATIONS = Act(perform=_put_notifications)
