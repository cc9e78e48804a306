"""Arranges the form; fields that somebody else added to it come below, so that none of them is lost."""

from __future__ import annotations

from functools import partial

from marketplace.bundle.model import JsonObject, PartName
from marketplace.bundle.walking import walk
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.writing import Write, is_written, write_all
from marketplace.kintone.client import KintoneError, Stage
from marketplace.kintone.field_types import is_creatable
from marketplace.kintone.translation import layout_body

FIELDS_LEFT_OUT = "GAIA_FN11"


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Replace the layout."""
    write = Write(partial(_put, scene), partial(is_written, scene, PartName.LAYOUT))
    return write_all(scene, [write], resumed=resumed)


def _put(scene: Scene, revision: str | None) -> str:
    body = layout_body(scene.app, scene.target)
    try:
        return scene.client.put_layout(scene.app_id, body, revision)
    except KintoneError as error:
        if error.code != FIELDS_LEFT_OUT:
            raise
    fields = scene.client.get_form_fields(scene.app_id, Stage.PREVIEW)
    placed = {node.get("code") for _pointer, node in walk(body) if isinstance(node, dict)}
    rows = [_row(code, field) for code, field in fields.items() if code not in placed and is_creatable(field)]
    return scene.client.put_layout(scene.app_id, {"layout": [*body["layout"], *rows]}, revision)


def _row(code: str, field: JsonObject) -> JsonObject:
    if field["type"] == "SUBTABLE":
        columns = [{"type": column["type"], "code": inner} for inner, column in field["fields"].items()]
        return {"type": "SUBTABLE", "code": code, "fields": columns}
    if field["type"] == "GROUP":
        return {"type": "GROUP", "code": code, "layout": []}
    return {"type": "ROW", "fields": [{"type": field["type"], "code": code}]}


ACT = Act(perform=perform, changes_by_one_call=True)
