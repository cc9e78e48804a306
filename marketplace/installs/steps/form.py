"""Adds the fields of one round to a form, only those that are missing, and renames the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from marketplace.bundle.model import JsonObject, PartName
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.writing import Write, is_written, write_all
from marketplace.kintone.client import FIELDS_PER_CALL, Stage
from marketplace.kintone.field_types import is_built_in
from marketplace.kintone.translation import built_in_changes, fields_body, has_built_ins

FIRST_ROUND = 0


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Bring the form under preparation to where this round leaves it."""
    number = int(intent["round"])
    renames = number == FIRST_ROUND and has_built_ins(scene.app)
    # A form nobody touched holds none of the bundle's fields: then there is no need to look.
    present = scene.client.get_form_fields(scene.app_id, Stage.PREVIEW) if resumed or renames else {}
    codes = scene.rounds.codes(scene.app, number)
    writes = [*_additions(scene, codes, present)]
    changes = built_in_changes(scene.app, present) if renames else {}
    if renames and (changes or resumed):
        writes.append(_renaming(scene, changes))
    added = sum(1 for code in codes if code not in present)
    return {"added": added, "renamed": len(changes), **write_all(scene, writes, resumed=resumed)}


def _additions(scene: Scene, codes: Sequence[str], present: JsonObject) -> Iterator[Write]:
    for start in range(0, len(codes), FIELDS_PER_CALL):
        some = codes[start : start + FIELDS_PER_CALL]
        yield Write(partial(_add, scene, some, present), partial(is_written, scene, PartName.FIELDS, codes=some))


def _add(scene: Scene, codes: Sequence[str], present: JsonObject, revision: str | None) -> str | None:
    missing = [code for code in codes if code not in present]
    if not missing:
        return revision
    return scene.client.add_fields(scene.app_id, fields_body(scene.app, missing, scene.target), revision)


def _renaming(scene: Scene, changes: JsonObject) -> Write:
    codes = [code for code, field in scene.app.fields.items() if is_built_in(field)]

    def send(revision: str | None) -> str | None:
        if not changes:
            return revision
        return scene.client.update_fields(scene.app_id, changes, revision)

    return Write(send, partial(is_written, scene, PartName.FIELDS, codes=codes))


ACT = Act(perform=perform)
