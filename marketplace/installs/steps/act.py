"""What every act works with, and the shape of an act."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject
from marketplace.installs.models import StepKind
from marketplace.kintone.client import KintoneClient, Upload
from marketplace.kintone.rounds import Rounds, sort_into_rounds
from marketplace.kintone.translation import Target

Outcomes = Mapping[tuple[StepKind, str | None], JsonObject]
"""What the steps done so far left in the journal, by kind and app."""


@dataclass(frozen=True)
class Scene:
    """Everything an act may use: the workspace, the bundle, what is there already."""

    client: KintoneClient
    bundle: Bundle
    import_id: str
    app_key: str | None
    outcomes: Outcomes
    placeholders: Mapping[str, str]
    moment: datetime
    """When the import was asked for: the present of the sample records, the same however often it resumes."""
    sleep: Callable[[float], None]
    revisions: Mapping[str, str] = field(default_factory=dict)
    """The revision of each app's prepared settings that this import saw last, by the app's key.

    One is missing only where the app was made before revisions were kept; then nothing is compared.
    """

    @property
    def revision(self) -> str | None:
        """The revision last seen of the app the act is about."""
        return self.revisions.get(self.app_key or "")

    @property
    def app(self) -> AppDefinition:
        """The app of the bundle the act is about."""
        return self.bundle.app(self.app_key or "")

    @property
    def app_id(self) -> str:
        """The id of that app in the workspace."""
        return self.app_ids[self.app_key or ""]

    @cached_property
    def app_ids(self) -> dict[str, str]:
        """The ids of the apps made so far, by their keys."""
        return {
            key: str(outcome["app"])
            for (kind, key), outcome in self.outcomes.items()
            if kind is StepKind.CREATE_APP and key is not None
        }

    @cached_property
    def target(self) -> Target:
        """What the workspace fills into the bundle."""
        return Target(app_ids=self.app_ids, placeholders=self.placeholders)

    @cached_property
    def rounds(self) -> Rounds:
        """The rounds in which the fields are added."""
        return sort_into_rounds(self.bundle)

    def send_file(self, path: str) -> str:
        """Upload a file of the app and return its key."""
        content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        name = PurePosixPath(path).name
        return self.client.upload_file(Upload(name=name, content_type=content_type, data=self.app.files[path]))


class Perform(Protocol):
    """Carries an act out and returns what to keep of it."""

    def __call__(self, scene: Scene, intent: JsonObject, /, *, resumed: bool) -> JsonObject:
        """Perform the act; `resumed` tells that it was begun before."""
        ...


Intend = Callable[[Scene, JsonObject], JsonObject]


def _as_planned(_scene: Scene, planned: JsonObject) -> JsonObject:
    return planned


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act.

    `intend` completes what the plan says, by reading only, and is written down before `perform`. `perform` takes
    the scene, the intent, and whether the act was begun before; it may then have taken effect wholly, partly or
    not at all, and performing it again must come to the same end.
    """

    perform: Perform
    intend: Intend = _as_planned
    changes_by_one_call: bool = False
    """A refusal then proves that nothing was changed, and there is no need to look."""
