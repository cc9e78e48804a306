"""Adds the sample records of an app, each exactly once."""

from __future__ import annotations

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone.client import RECORDS_PER_PAGE
from marketplace.kintone.samples import batches, record_bodies

IN_ORDER = f"order by $id asc limit {RECORDS_PER_PAGE}"


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Add the batches that are not there yet; each is added whole or not at all, so their number tells which."""
    ids = _present(scene) if resumed else []
    seen = 0
    for batch in batches(scene.app):
        seen += len(batch)
        if seen > len(ids):
            bodies = record_bodies(scene.app, batch, scene.target, send=scene.send_file, now=scene.moment)
            ids = [*ids[: seen - len(batch)], *scene.client.add_records(scene.app_id, bodies)]
    return {"ids": ids[:seen]}


def _present(scene: Scene) -> list[str]:
    records = scene.client.get_records(scene.app_id, IN_ORDER, fields=["$id"])
    return [str(record["$id"]["value"]) for record in records]


ACT = Act(perform=perform)
