"""The calls that together tell all settings of an app, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.bundle.model import JsonObject, PartName
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.errors import FailureKind, KintoneFailure


@dataclass(frozen=True, slots=True)
class Source:
    """One call: the part it tells, or the section of it."""

    part: PartName
    api: str
    section: str = ""
    """The name under which the part keeps the answer; empty when the answer is the part."""


SOURCES = (
    Source(PartName.SETTINGS, "app/settings"),
    Source(PartName.FIELDS, "app/form/fields"),
    Source(PartName.LAYOUT, "app/form/layout"),
    Source(PartName.VIEWS, "app/views"),
    Source(PartName.PROCESS, "app/status"),
    Source(PartName.PERMISSIONS, "app/acl", "app"),
    Source(PartName.PERMISSIONS, "record/acl", "record"),
    Source(PartName.PERMISSIONS, "field/acl", "field"),
    Source(PartName.NOTIFICATIONS, "app/notifications/general", "general"),
    Source(PartName.NOTIFICATIONS, "app/notifications/perRecord", "perRecord"),
    Source(PartName.NOTIFICATIONS, "app/notifications/reminder", "reminder"),
    Source(PartName.REPORTS, "app/reports"),
    Source(PartName.ACTIONS, "app/actions"),
    Source(PartName.CUSTOMIZE, "app/customize"),
    Source(PartName.PLUGINS, "app/plugins"),
    Source(PartName.ADMIN_NOTES, "app/adminNotes"),
)
"""Sample records aside, everything a bundle holds of an app."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that was refused for good, and why."""

    part: PartName
    section: str
    failure: KintoneFailure


@dataclass(frozen=True, slots=True)
class Answers:
    """What kintone told of one app, as it came."""

    app_id: str
    by_source: Mapping[Source, JsonObject]
    unread: tuple[Unread, ...] = field(default=())

    def of(self, part: PartName) -> JsonObject | None:
        """Return a part, its sections together; None when nothing of it was read."""
        told = {source.section: answer for source, answer in self.by_source.items() if source.part is part}
        return told.get("", told) if told else None


def fetch_answers(client: KintoneClient, app_id: str, stage: Stage, sources: Iterable[Source] = SOURCES) -> Answers:
    """Ask each source once; what kintone refuses for good is noted. Raises KintoneFailure where waiting may help."""
    by_source: dict[Source, JsonObject] = {}
    unread: list[Unread] = []
    for source in sources:
        try:
            by_source[source] = client.get_part(app_id, stage, source.api)
        except KintoneFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            unread.append(Unread(source.part, source.section, _as_a_note(failure)))
    return Answers(app_id, by_source, tuple(unread))


def _as_a_note(failure: KintoneFailure) -> KintoneFailure:
    """Return a failure without the way it came about, which keeps hold of the answer, however large."""
    failure.__cause__ = failure.__context__ = None
    return failure.with_traceback(None)
