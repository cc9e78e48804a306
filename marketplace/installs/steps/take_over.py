"""Looks whether the apps that an earlier import left behind are still what it left, so that this one may go on."""

from __future__ import annotations

from http import HTTPStatus

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone.answers import id_at
from marketplace.kintone.client import RECORDS_PER_PAGE, KintoneError, Stage

CALLS_PER_APP = 2
APP_NOT_FOUND = "GAIA_AP01"
GONE, CHANGED, IN_USE = "gone", "changed", "in-use"
"""Why an app is not used again: it was deleted, its settings were changed, or somebody has put records into it."""


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    """Check each app; `refused` tells which are not what they were, and one such is enough to begin anew."""
    refused = []
    for app in intent["apps"]:
        reason = _refusal(scene, app)
        if reason is not None:
            refused.append({"app": app["app"], "name": app["name"], "reason": reason})
    return {"refused": refused}


def _refusal(scene: Scene, app: JsonObject) -> str | None:
    try:
        revision = id_at(scene.client.get_settings(app["app"], Stage.PREVIEW), "revision")
    except KintoneError as error:
        if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN} or error.code == APP_NOT_FOUND:
            return GONE
        raise
    # Where a step may have had an effect nobody saw, the step itself will tell it from somebody else's.
    if int(revision) < int(app["revision"]) or (revision != app["revision"] and not app["is_open"]):
        return CHANGED
    return IN_USE if _has_others_records(scene, app) else None


def _has_others_records(scene: Scene, app: JsonObject) -> bool:
    query = f"order by $id asc limit {RECORDS_PER_PAGE}"
    try:
        records = scene.client.get_records(app["app"], query, fields=["$id"])
    except KintoneError as error:
        if error.code == APP_NOT_FOUND:
            return False  # It was never deployed, and holds none.
        raise
    ids = {str(record["$id"]["value"]) for record in records}
    return not ids <= set(app["records"]) if app["records"] is not None else len(ids) > int(app["most_records"])


ACT = Act(perform=perform)
