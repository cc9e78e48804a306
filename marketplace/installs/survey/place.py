"""The questions that are put to a workspace, whatever its kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from marketplace.bundle.model import PlaceholderKind
from marketplace.installs.target import Target


@dataclass(frozen=True, slots=True)
class SeenApp:
    """An app that is there."""

    app_id: str
    name: str


class Place(Protocol):
    """A workspace that answers questions; each may raise KintoneFailure where it can't be asked."""

    most_apps: int
    """How many apps it may hold."""
    may_create: bool | None
    """Whether apps may be made at all; None where that can't be asked."""

    def look_up(self, target: Target) -> Target | None:
        """Return a space with what is known of it, or None where it is not there or may not be used."""
        ...

    def apps(self) -> Iterator[SeenApp]:
        """Yield the apps in use that can be seen."""
        ...

    def plugins(self) -> set[str]:
        """Return the ids of the plug-ins that are there."""
        ...

    def codes(self, kind: PlaceholderKind, codes: Collection[str]) -> set[str]:
        """Return those of some codes that users, groups or organisations have who can be named now."""
        ...
