"""Creates an app, and never a second one: a name that only this step gives finds the app again."""

from __future__ import annotations

from http import HTTPStatus

from marketplace.bundle.model import JsonObject
from marketplace.installs.errors import SpaceUnusableError
from marketplace.installs.models import StepKind
from marketplace.installs.steps.act import Act, Scene
from marketplace.kintone.answers import id_at
from marketplace.kintone.client import KintoneClient, KintoneError, NewApp, Stage
from marketplace.kintone.errors import FailureKind

APP_NOT_FOUND = "GAIA_AP01"
MISSES_UNTIL_END = 300
"""Ids without an app in a row after which there is none behind them; deleted apps leave gaps."""
MOST_LOOKS = 3000
NAME_SHOWN = 30
"""Characters of the app's own name in the name given first; kintone takes 64 in all."""


def intend(scene: Scene, planned: JsonObject) -> JsonObject:
    """Add the name to look for, an id that every new app will exceed, and where in the workspace it goes."""
    number = sorted(app.key for app in scene.bundle.apps).index(scene.app.key) + 1
    # People see the name until the settings are made, and longer if the import stops before: they should know the app.
    marker = f"導入中 {scene.app.name[:NAME_SHOWN]} {scene.import_id}/{number}"
    made = planned | {"marker": marker, "after": _highest_id(scene)}
    space = planned.get("space", scene.client.guest_space)
    if space is not None:
        made |= {"space": space, "thread": planned.get("thread") or _thread(scene, str(space))}
    return made


def _thread(scene: Scene, space: str) -> str:
    """Return the first thread of the space, asked for once in an import. Raises SpaceUnusableError."""
    known = [outcome["thread"] for outcome in scene.outcomes.values() if "thread" in outcome]
    if known:
        return str(known[0])
    try:
        return scene.client.default_thread(space)
    except KintoneError as error:
        if error.kind is not FailureKind.PERMANENT or error.status == HTTPStatus.UNAUTHORIZED:
            raise
        raise SpaceUnusableError(space=space) from error


def _highest_id(scene: Scene) -> int:
    known = [int(outcome["app"]) for (kind, _key), outcome in scene.outcomes.items() if kind is StepKind.CREATE_APP]
    if not known:
        known = [int(app.app_id) for app in scene.client.list_apps()]
    return max(known, default=0)


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Create the app under its marker, unless an earlier try did."""
    marker = str(intent["marker"])
    place = {key: str(intent[key]) for key in ("space", "thread") if key in intent}
    made = _find(scene.client, marker, int(intent["after"])) if resumed else None
    if made is None:
        made = scene.client.create_app(marker, **place)
    return {"app": made.app_id, "revision": made.revision} | place


def _find(client: KintoneClient, marker: str, after: int) -> NewApp | None:
    """Return the app of that name; the list shows only published apps, so the ids behind the last known are tried."""
    published = next((app.app_id for app in client.list_apps(name=marker) if app.name == marker), None)
    if published is not None:
        return NewApp(published, id_at(client.get_settings(published, Stage.PREVIEW), "revision"))
    misses = 0
    for app_id in range(after + 1, after + 1 + MOST_LOOKS):
        settings = _preview_settings(client, str(app_id))
        if settings is not None and settings.get("name") == marker:
            return NewApp(str(app_id), id_at(settings, "revision"))
        misses = 0 if settings is not None else misses + 1
        if misses == MISSES_UNTIL_END:
            return None
    return None


def _preview_settings(client: KintoneClient, app_id: str) -> JsonObject | None:
    """Return the settings of an app, empty if the account may not see them, None if there is no such app."""
    try:
        return client.get_settings(app_id, Stage.PREVIEW)
    except KintoneError as error:
        if error.code == APP_NOT_FOUND or error.status == HTTPStatus.NOT_FOUND:
            return None
        if error.status == HTTPStatus.FORBIDDEN:
            return {}
        raise


ACT = Act(perform=perform, intend=intend, changes_by_one_call=True)
