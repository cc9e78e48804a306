"""Adds the fields of one round to a form, only those that are missing, and renames the built-in ones."""

from __future__ import annotations

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone.client import FIELDS_PER_CALL, Stage
from marketplace.kintone.translation import built_in_changes, fields_body, has_built_ins

FIRST_ROUND = 0


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Bring the form under preparation to where this round leaves it."""
    number = int(intent["round"])
    renames = number == FIRST_ROUND and has_built_ins(scene.app)
    # A form nobody touched holds none of the bundle's fields: then there is no need to look.
    present = scene.client.get_form_fields(scene.app_id, Stage.PREVIEW) if resumed or renames else {}
    missing = [code for code in scene.rounds.codes(scene.app, number) if code not in present]
    for start in range(0, len(missing), FIELDS_PER_CALL):
        codes = missing[start : start + FIELDS_PER_CALL]
        scene.client.add_fields(scene.app_id, fields_body(scene.app, codes, scene.target))
    changes = built_in_changes(scene.app, present) if renames else {}
    if changes:
        scene.client.update_fields(scene.app_id, changes)
    return {"added": len(missing), "renamed": len(changes)}


ACT = Act(perform=perform)
