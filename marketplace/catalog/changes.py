"""What differs between a version and the one before it, in the form in which it is kept with the version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.bundle.comparing import Change, Comparison
from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One change as it was explained when the version was released."""

    impact: str
    area: str
    act: str
    app_key: str | None
    subject: str
    before: object
    after: object
    text: Text

    def as_document(self) -> dict[str, Any]:
        """Return the change as plain values."""
        return {
            "impact": self.impact,
            "area": self.area,
            "act": self.act,
            "app": self.app_key,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "text": {"ja": self.text.ja, "en": self.text.en},
        }


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """The changes since a base version; `base` is None for the first version of a line."""

    base: str | None
    bump: str
    changes: tuple[StoredChange, ...]
    app_names: Mapping[str, str] | None = None
    """Of the apps in both versions, by their keys; None for changes kept before names were."""

    def as_document(self) -> dict[str, Any]:
        """Return the changes as plain values."""
        document = {"base": self.base, "bump": self.bump, "changes": [change.as_document() for change in self.changes]}
        return document if self.app_names is None else document | {"apps": dict(self.app_names)}


NOTHING = VersionChanges(base=None, bump="none", changes=())


def changes_since(base: str, comparison: Comparison) -> VersionChanges:
    """Return a comparison in the form in which it is kept."""
    return VersionChanges(
        base, comparison.bump.name.lower(), tuple(map(_stored, comparison.changes)), comparison.app_names
    )


def read_changes(document: Mapping[str, Any]) -> VersionChanges:
    """Return what was kept with a version."""
    changes = tuple(
        StoredChange(
            impact=change["impact"],
            area=change["area"],
            act=change["act"],
            app_key=change["app"],
            subject=change["subject"],
            before=change["before"],
            after=change["after"],
            text=Text(change["text"]["ja"], change["text"]["en"]),
        )
        for change in document["changes"]
    )
    return VersionChanges(document["base"], document["bump"], changes, document.get("apps"))


def _stored(change: Change) -> StoredChange:
    return StoredChange(
        impact=str(change.impact),
        area=str(change.area),
        act=str(change.act),
        app_key=change.app_key,
        subject=change.subject,
        before=change.before,
        after=change.after,
        text=change.text,
    )
