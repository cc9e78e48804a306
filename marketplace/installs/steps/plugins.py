"""Adds plug-ins that the workspace has; one it lacks is left behind and named, the app works without."""

from __future__ import annotations

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone.client import KintoneError, Stage
from marketplace.kintone.errors import FailureKind
from marketplace.kintone.translation import plugin_names


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Add the plug-ins one by one, so that one missing does not cost the others."""
    present = scene.client.get_plugins(scene.app_id, Stage.PREVIEW) if resumed else []
    left: list[JsonObject] = []
    for plugin_id in plugin_names(scene.app):
        if plugin_id in present:
            continue
        try:
            scene.client.add_plugins(scene.app_id, [plugin_id])
        except KintoneError as error:
            if error.kind is not FailureKind.PERMANENT:
                raise
            left.append({"plugin": plugin_id, "code": error.code, "message": error.message.ja})
    return {"left": left}


ACT = Act(perform=perform)
