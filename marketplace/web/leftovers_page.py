"""The apps that stopped imports left behind, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.installs.leftovers import Leftovers
from marketplace.kernel.text import Language, Text

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class LeftoverLink:
    """One app."""

    name: str
    id: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownLeftovers:
    """The apps of one import."""

    import_id: str
    name: str
    """Of the template."""
    number: str
    can_be_resumed: bool
    stopped_at: datetime | None
    apps: tuple[LeftoverLink, ...]
    perhaps: tuple[str, ...]
    """Names of apps of which nobody knows whether they were made."""


def show_leftovers(
    workspace: Workspace, leftovers: Sequence[Leftovers], language: Language
) -> tuple[ShownLeftovers, ...]:
    """Return what imports left behind in a workspace."""
    return tuple(
        ShownLeftovers(
            import_id=each.import_.id,
            name=Text(each.template.name_ja, each.template.name_en).in_language(language),
            number=each.version.number,
            can_be_resumed=each.import_.state.value == "failed",
            stopped_at=each.import_.finished_at,
            apps=tuple(
                LeftoverLink(app.name, app.app_id, workspace.settings_address_of(app.app_id)) for app in each.apps
            ),
            perhaps=each.perhaps,
        )
        for each in leftovers
    )
