"""Brings prepared settings into use, all apps at once, and waits until kintone is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.bundle.model import JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.writing import ChangedMeanwhileError, read_revision
from marketplace.kernel.text import Text
from marketplace.kintone.answers import id_at
from marketplace.kintone.client import DeployStatus, KintoneError, Stage
from marketplace.kintone.errors import FailureKind, KintoneFailure

POLL_SECONDS = 1.0
MOST_POLLS = 60
ASK_AGAIN_SECONDS = 30.0
"""A deploy that takes longer is looked at again later, so that it keeps no worker from other work."""


class DeployFailedError(KintoneFailure):
    """kintone took the request and then could not bring an app into use; its answer gives no reason."""

    def __init__(self, apps: Mapping[str, str]) -> None:
        """Name the apps; `apps` gives their names by their ids."""
        self.app_ids = tuple(apps)
        ja = "、".join(f"「{name}」（アプリ番号{app_id}）" for app_id, name in apps.items())
        en = ", ".join(f"“{name}” (app {app_id})" for app_id, name in apps.items())
        message = Text(f"{ja}の設定を反映できませんでした。", f"The settings of {en} could not be brought into use.")
        super().__init__(message, code="deploy-failed")


class DeployUnfinishedError(KintoneFailure):
    """kintone was still busy after all the time a deploy is given."""

    def __init__(self) -> None:
        """Say so."""
        message = Text("設定の反映が時間内に終わりませんでした。", "The deploy did not end in time.")
        super().__init__(message, code="deploy-unfinished")
        self.retry_after = ASK_AGAIN_SECONDS

    @property
    def kind(self) -> FailureKind:
        """Tell that waiting helps."""
        return FailureKind.RETRYABLE


def perform(scene: Scene, intent: JsonObject, *, resumed: bool) -> JsonObject:
    """Deploy the apps named by the intent, unless an earlier try did."""
    waiting = {scene.app_ids[key]: key for key in intent["apps"]}
    if resumed:
        # A deploy of the earlier try may be running; only afterwards do the revisions tell what it reached.
        _wait(scene, list(waiting))
        waiting = {app_id: key for app_id, key in waiting.items() if not _is_deployed(scene, app_id, key)}
    if waiting:
        _deploy(scene, waiting)
        states = _wait(scene, list(waiting))
        failed = [app_id for app_id, status in states.items() if status is DeployStatus.FAIL]
        if failed or DeployStatus.CANCEL in states.values():
            raise DeployFailedError({app_id: _name(scene, waiting[app_id]) for app_id in failed or states})
    return {"deployed": list(waiting)}


def _deploy(scene: Scene, apps: Mapping[str, str]) -> None:
    """Ask for the deploy of exactly the settings this import made: another's half-done edits must not go live."""
    try:
        scene.client.deploy({app_id: scene.revisions.get(key) for app_id, key in apps.items()})
    except KintoneError as error:
        if error.kind is not FailureKind.CONFLICT:
            raise
        changed = [
            key for app_id, key in apps.items() if read_revision(scene, app_id) != scene.revisions.get(key)
        ] or apps.values()
        raise ChangedMeanwhileError([_name(scene, key) for key in changed]) from error


def _name(scene: Scene, key: str) -> str:
    return scene.bundle.app(key).name


def _wait(scene: Scene, app_ids: Sequence[str]) -> Mapping[str, DeployStatus]:
    for _ in range(MOST_POLLS):
        states = scene.client.deploy_status(app_ids)
        if DeployStatus.PROCESSING not in states.values():
            return states
        scene.sleep(POLL_SECONDS)
    raise DeployUnfinishedError


def _is_deployed(scene: Scene, app_id: str, key: str) -> bool:
    """Compare revisions: the status alone says SUCCESS of an app that was never deployed."""
    prepared = scene.revisions.get(key) or read_revision(scene, app_id)
    try:
        return id_at(scene.client.get_settings(app_id, Stage.LIVE), "revision") == prepared
    except KintoneError as error:
        if error.code == "GAIA_AP01":
            return False
        raise


ACT = Act(perform=perform)
