"""Reads everything back and compares it with what the bundle should have become; a difference is told, no failure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.bundle.matching import Mismatch, match_apps
from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.verify_samples import check_samples
from marketplace.installs.verification import ChangedRecord, Verification
from marketplace.kintone.errors import FailureKind, KintoneAnswerError
from marketplace.kintone.expectations import expected_app, sources_of
from marketplace.kintone.reading.apps import ReadApp, read_app
from marketplace.kintone.reading.left_behind import LeftBehind, refused
from marketplace.kintone.reading.sources import Unread

PAUSES = (2.0, 4.0)
"""Seconds before each further look at an app."""


@dataclass(slots=True)
class _Look:
    """What one reading of an app showed."""

    mismatches: list[Mismatch]
    left: list[LeftBehind]
    changed: list[ChangedRecord]

    @property
    def is_clean(self) -> bool:
        return not self.mismatches and not self.left


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    """Compare each app as it is in use, and the sample records that were added, with the bundle."""
    looks = [_look_again(scene, app) for app in scene.bundle.apps]
    return Verification.of(
        [one for look in looks for one in look.mismatches],
        [one for look in looks for one in look.left],
        [one for look in looks for one in look.changed],
    ).as_document()


def _look_again(scene: Scene, app: AppDefinition) -> _Look:
    """Read an app back, and again if it is not as it should be: a proxy's page among the answers is no difference."""
    look = _look(scene, app)
    for pause in PAUSES:
        if look.is_clean:
            break
        scene.sleep(pause)
        look = _look(scene, app)
    return look


def _look(scene: Scene, app: AppDefinition) -> _Look:
    wanted = expected_app(scene.bundle, app, scene.placeholders)
    read = _read(scene, wanted)
    mismatches = match_apps(_without_unread(wanted, read), read.definition)
    samples = check_samples(scene, app)
    return _Look([*mismatches, *samples.mismatches], [*read.unread, *samples.unread], samples.changed)


def _read(scene: Scene, wanted: AppDefinition) -> ReadApp:
    app_keys = {app_id: key for key, app_id in scene.app_ids.items()}
    try:
        return read_app(scene.client, scene.app_ids[wanted.key], app_keys, sources_of(wanted))
    except KintoneAnswerError as error:
        if error.kind is not FailureKind.PERMANENT:
            raise
        unread = tuple(refused(wanted.key, Unread(part, "", error)) for part in wanted.parts)
        return ReadApp(replace(wanted, parts={}), left=(), unread=unread)


def _without_unread(wanted: AppDefinition, read: ReadApp) -> AppDefinition:
    """Return what can be compared: less the parts, and the sections of parts, that kintone did not tell."""
    parts = dict(wanted.parts)
    for one in read.unread:
        if one.subject:
            parts[one.part] = {key: value for key, value in parts[one.part].items() if key != one.subject}
        else:
            del parts[one.part]
    return replace(wanted, parts=parts)


ACT = Act(perform=perform)
