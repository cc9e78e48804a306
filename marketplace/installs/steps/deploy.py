"""Brings prepared settings into use, all apps at once, and waits until kintone is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.kernel.text import Text
from marketplace.kintone.answers import text_at
from marketplace.kintone.client import DeployStatus, KintoneClient, KintoneError, Stage
from marketplace.kintone.errors import KintoneFailure

POLL_SECONDS = 1.0
MOST_POLLS = 300


class DeployFailedError(KintoneFailure):
    """kintone took the request and then could not bring an app into use; its answer gives no reason."""

    def __init__(self, app_ids: Sequence[str]) -> None:
        """Name the apps."""
        self.app_ids = tuple(app_ids)
        named = ", ".join(app_ids)
        message = Text(f"アプリ（id: {named}）の設定を反映できませんでした。", f"The deploy failed (app id: {named}).")
        super().__init__(message, code="deploy-failed")


class DeployUnfinishedError(KintoneFailure):
    """kintone was still busy after all the time a deploy is given."""

    def __init__(self) -> None:
        """Say so."""
        message = Text("設定の反映が時間内に終わりませんでした。", "The deploy did not end in time.")
        super().__init__(message, code="deploy-unfinished")


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Deploy the apps named by the intent, unless an earlier try did."""
    app_ids = [scene.app_ids[key] for key in intent["apps"]]
    waiting = app_ids
    if resumed:
        # A deploy of the earlier try may be running; only afterwards do the revisions tell what it reached.
        _wait(scene, app_ids)
        waiting = [app_id for app_id in app_ids if not _is_deployed(scene.client, app_id)]
    if waiting:
        scene.client.deploy(waiting)
        states = _wait(scene, waiting)
        failed = [app_id for app_id, status in states.items() if status is DeployStatus.FAIL]
        if failed or DeployStatus.CANCEL in states.values():
            raise DeployFailedError(failed or list(states))
    return {"deployed": waiting}


def _wait(scene: Scene, app_ids: Sequence[str]) -> Mapping[str, DeployStatus]:
    for _ in range(MOST_POLLS):
        states = scene.client.deploy_status(app_ids)
        if DeployStatus.PROCESSING not in states.values():
            return states
        scene.sleep(POLL_SECONDS)
    raise DeployUnfinishedError


def _is_deployed(client: KintoneClient, app_id: str) -> bool:
    """Compare revisions: the status alone says SUCCESS of an app that was never deployed."""
    prepared = text_at(client.get_settings(app_id, Stage.PREVIEW), "revision")
    try:
        return text_at(client.get_settings(app_id, Stage.LIVE), "revision") == prepared
    except KintoneError as error:
        if error.code == "GAIA_AP01":
            return False
        raise


ACT = Act(perform=perform)
