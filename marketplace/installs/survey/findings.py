"""What a survey of a workspace found out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from marketplace.installs.target import Target
from marketplace.kernel.text import Text


class Item(StrEnum):
    """What is found out."""

    WORKSPACE = "workspace"
    SPACE = "space"
    CREATE_APPS = "create_apps"
    ROOM = "room"
    SAME_NAMES = "same_names"
    PLUGINS = "plugins"
    PEOPLE = "people"


class Outcome(StrEnum):
    """How it stands with an item."""

    OK = "ok"
    LACKING = "lacking"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one item, and what to do about it if anything."""

    item: Item
    outcome: Outcome
    text: Text
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class NamedAlike:
    """An app that is there already under the name of one to be made."""

    app_key: str
    app_id: str
    name: str
    address: str
    """Where it is for people."""
    installation_id: str | None
    """The installation of the same template that it came with, if any."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The workspace as it was found."""

    findings: tuple[Finding, ...]
    target: Target | None = None
    """The space named in the order, with what is known of it now."""
    apps_there: int | None = None
    """The apps that can be seen; None where they could not be counted."""
    same_names: tuple[NamedAlike, ...] = ()
    missing_plugins: tuple[str, ...] = ()
    """By their ids."""
    unknown_codes: tuple[str, ...] = ()
    """The keys of the placeholders whose code nobody has."""

    @property
    def was_reached(self) -> bool:
        """Tell whether the workspace answered at all."""
        return all(one.item is not Item.WORKSPACE or one.outcome is Outcome.OK for one in self.findings)
