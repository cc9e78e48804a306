"""Reads everything back and compares it with what the bundle should have become; a difference is told, no failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.bundle.matching import Mismatch
from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.installs.reading_back import Place, compare_app, look_again
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.verify_samples import check_samples
from marketplace.installs.verification import ChangedRecord, Verification
from marketplace.kintone.reading.left_behind import LeftBehind


@dataclass(frozen=True, slots=True)
class _Look:
    """What one reading of an app showed."""

    mismatches: Sequence[Mismatch]
    left: Sequence[LeftBehind]
    changed: Sequence[ChangedRecord]

    @property
    def is_clean(self) -> bool:
        return not self.mismatches and not self.left


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    """Compare each app as it is in use, and the sample records that were added, with the bundle."""
    looks = [_look_until_clean(scene, app) for app in scene.bundle.apps]
    return Verification.of(
        [one for look in looks for one in look.mismatches],
        [one for look in looks for one in look.left],
        [one for look in looks for one in look.changed],
    ).as_document()


def _look_until_clean(scene: Scene, app: AppDefinition) -> _Look:
    return look_again(lambda: _look(scene, app), lambda look: look.is_clean, scene.sleep)


def _look(scene: Scene, app: AppDefinition) -> _Look:
    settings = compare_app(Place(scene.client, scene.bundle, scene.app_ids, scene.placeholders), app)
    samples = check_samples(scene, app)
    return _Look(
        [*settings.mismatches, *samples.mismatches], [*settings.unread, *samples.unread], tuple(samples.changed)
    )


ACT = Act(perform=perform)
