"""Writes the settings an app has in preparation, and never over what somebody else wrote there meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from marketplace.bundle.matching import match_apps
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.installs.steps.act import Scene
from marketplace.kernel.text import Text
from marketplace.kintone.answers import id_at
from marketplace.kintone.client import KintoneError, Stage
from marketplace.kintone.errors import FailureKind, KintoneAnswerError, KintoneFailure
from marketplace.kintone.expectations import expected_app
from marketplace.kintone.reading.apps import read_app
from marketplace.kintone.reading.sources import SOURCES

UNTOLD = Text("アプリの設定を読み出せませんでした。", "The settings of the app could not be read.")
CHANGED = "changed-meanwhile"
"""The code of the failure."""
ACCEPTS = "accepts_changes"
"""Where an intent says that a person has looked and lets the step go on."""
BASE = "base"
"""Where an intent keeps the revisions, by app, on top of which a person let the step go on."""


class ChangedMeanwhileError(KintoneFailure):
    """Somebody else has changed prepared settings of an app that this import is about to write or to deploy."""

    def __init__(self, app_names: Sequence[str]) -> None:
        """Name the apps."""
        ja, en = "」「".join(app_names), "”, “".join(app_names)
        message = Text(
            f"「{ja}」アプリの設定を、この導入とは別に、ほかの人が変更しています。",
            f"Somebody else is changing the settings of the app “{en}” apart from this installation.",
        )
        super().__init__(message, code=CHANGED)

    @property
    def kind(self) -> FailureKind:
        """Tell that a person has to decide."""
        return FailureKind.CONFLICT


Send = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class Write:
    """One call that changes prepared settings, and the way to tell later that it took effect."""

    send: Send
    """Makes the call with the revision last seen and returns the new one, or the same where there is nothing to do."""
    is_there: Callable[[], bool]
    """Reads whether the settings are what the call makes them."""


def write_all(scene: Scene, writes: Sequence[Write], *, resumed: bool) -> JsonObject:
    """Make the calls that did not take effect yet, one after the other; return what to keep: the last revision.

    Raises ChangedMeanwhileError when somebody else wrote in between.
    """
    revision, done = scene.revision, 0
    if resumed and revision is not None:
        present = read_revision(scene, scene.app_id)
        done = int(present) - int(revision)
        if not 0 <= done <= len(writes) or not all(write.is_there() for write in writes[:done]):
            raise ChangedMeanwhileError([scene.app.name])
        revision = present
    for write in writes[done:]:
        revision = send(scene, write.send, revision)
    return kept(revision)


def send(scene: Scene, call: Send, revision: str | None) -> str | None:
    """Make one call and return the new revision. Raises ChangedMeanwhileError."""
    try:
        return call(revision)
    except KintoneError as error:
        if error.kind is FailureKind.CONFLICT:
            raise ChangedMeanwhileError([scene.app.name]) from error
        raise


def kept(revision: str | None) -> JsonObject:
    """Return what an outcome keeps of the revision."""
    return {} if revision is None else {"revision": revision}


def read_revision(scene: Scene, app_id: str) -> str:
    """Return the revision of an app's prepared settings."""
    return id_at(scene.client.get_settings(app_id, Stage.PREVIEW), "revision")


def adopt_present(scene: Scene, intent: JsonObject) -> JsonObject:
    """Return an intent that goes on on top of the settings as they are now, whoever made them so."""
    keys = [scene.app_key] if scene.app_key is not None else intent["apps"]
    made = {key: scene.app_ids[key] for key in keys if key in scene.app_ids}
    return intent | {BASE: {key: read_revision(scene, app_id) for key, app_id in made.items()}}


def is_written(scene: Scene, part: PartName, *, section: str = "", codes: Sequence[str] = ()) -> bool:
    """Tell whether the prepared settings of an app are what the bundle wants: a part, a section or some fields of it.

    What kintone adds of its own does not count. Raises KintoneAnswerError where it does not tell.
    """
    sources = [each for each in SOURCES if each.part is part and each.section in {"", section}]
    app_keys = {app_id: key for key, app_id in scene.app_ids.items()}
    read = read_app(scene.client, scene.app_id, app_keys, sources, Stage.PREVIEW)
    if read.unread:
        raise KintoneAnswerError(UNTOLD)
    wanted = expected_app(scene.bundle, scene.app, scene.placeholders)
    mismatches = match_apps(*(_cut(app, part, section, codes) for app in (wanted, read.definition)))
    return not mismatches


def _cut(app: AppDefinition, part: PartName, section: str, codes: Sequence[str]) -> AppDefinition:
    content = app.part(part) or {}
    if section:
        content = {section: content.get(section)}
    if codes:
        fields = content.get("properties", {})
        content = {"properties": {code: fields[code] for code in codes if code in fields}}
    return replace(app, parts={part: content})
