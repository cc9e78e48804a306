"""Proposes a version number: the one a draft has if it will do, otherwise the least that follows from what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.bundle.model import Bundle
from marketplace.catalog.changes import NOTHING, StoredChange, VersionChanges
from marketplace.catalog.errors import VersionNumberUnusableError
from marketplace.catalog.services import preview_demand
from marketplace.kernel.context import Context

MOST_TRIES = 5
"""The least number after one version may turn out to lie behind another line's."""
IMPACTS = {"major": "breaking", "minor": "additive", "patch": "cosmetic"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A number, and what it follows from."""

    number: str
    least: str | None
    """The smallest number that would do; None when any will."""
    changes: VersionChanges

    @property
    def reasons(self) -> tuple[StoredChange, ...]:
        """The changes that weigh most."""
        impact = IMPACTS.get(self.changes.bump)
        return tuple(change for change in self.changes.changes if change.impact == impact)


def propose_number(ctx: Context, publisher_code: str, bundle: Bundle) -> Proposal:
    """Return the number that a bundle should have among those released so far."""
    proposed = Proposal(bundle.manifest.version, None, NOTHING)
    for _ in range(MOST_TRIES):
        numbered = replace(bundle, manifest=replace(bundle.manifest, version=proposed.number))
        try:
            demand = preview_demand(ctx, publisher_code, numbered)
        except VersionNumberUnusableError:
            return proposed
        proposed = Proposal(demand.number, demand.least, demand.changes)
        if demand.least is None or not (demand.is_used or demand.is_too_small):
            break
        proposed = replace(proposed, number=demand.least)
    return proposed
