"""Adds plug-ins that the workspace has; one it lacks is left behind and named, the app works without."""

from __future__ import annotations

from functools import partial

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.writing import ChangedMeanwhileError, kept, read_revision, send
from marketplace.kintone.client import KintoneError, Stage
from marketplace.kintone.errors import FailureKind
from marketplace.kintone.translation import plugin_names


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Add the plug-ins one by one, so that one missing does not cost the others."""
    wanted = plugin_names(scene.app)
    present = scene.client.get_plugins(scene.app_id, Stage.PREVIEW) if resumed else []
    revision = scene.revision
    if resumed and revision is not None:
        revision = _own_revision(scene, revision, len([plugin_id for plugin_id in wanted if plugin_id in present]))
    left: list[JsonObject] = []
    for plugin_id in [plugin_id for plugin_id in wanted if plugin_id not in present]:
        try:
            revision = send(scene, partial(scene.client.add_plugins, scene.app_id, [plugin_id]), revision)
        except KintoneError as error:
            if error.kind is not FailureKind.PERMANENT:
                raise
            left.append({"plugin": plugin_id, "code": error.code, "message": error.message.ja})
    return {"left": left, **kept(revision)}


def _own_revision(scene: Scene, revision: str, added: int) -> str:
    """Return the present revision if adding so many plug-ins explains it. Raises ChangedMeanwhileError."""
    present = read_revision(scene, scene.app_id)
    if not 0 <= int(present) - int(revision) <= added:
        raise ChangedMeanwhileError([scene.app.name])
    return present


ACT = Act(perform=perform)
