"""Which numbers a new version may have: never one used before, never less than its changes demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semantic_version import Version

from marketplace.bundle.comparing import Bump, compare
from marketplace.bundle.model import SEVERITY_ERROR, Bundle, Finding
from marketplace.bundle.reading import MANIFEST
from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.changes import NOTHING, VersionChanges, changes_since
from marketplace.catalog.errors import VersionExistsError, VersionTooSmallError
from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.precedence import precedence_of, read_number
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text

COSMETIC = "cosmetic"


@dataclass(frozen=True, slots=True)
class Demand:
    """What the versions released so far ask of a new one."""

    number: str
    least: str | None
    """The smallest number that would do; None when any will."""
    changes: VersionChanges
    is_used: bool
    is_too_small: bool
    asked_by: tuple[str, ...]
    """The ids of those versions."""

    def is_of(self, released: Sequence[TemplateVersion]) -> bool:
        """Tell whether these versions would ask the same: they never change, others are added."""
        return self.asked_by == tuple(version.id for version in released)

    def require_met(self) -> None:
        """Refuse a number that will not do. Raises VersionExistsError or VersionTooSmallError."""
        if self.is_used:
            raise VersionExistsError(number=self.number, least=self.least)
        if self.is_too_small:
            weighty = [change for change in self.changes.changes if change.impact != COSMETIC]
            raise VersionTooSmallError(weighty, number=self.number, least=self.least)


def demand_on(ctx: Context, released: Sequence[TemplateVersion], bundle: Bundle) -> Demand:
    """Compare a bundle with the versions released so far, withdrawn ones included: somebody may run them.

    The base is the newest stable version below the number, so that an older major line can still be mended. On its
    own major line a version must come after all others: nobody who upgrades step by step may meet it too late.
    Raises VersionNumberUnusableError.
    """
    number = bundle.manifest.version
    precedence = precedence_of(number)
    base = _newest(version for version in released if not version.is_prerelease and version.precedence < precedence)
    line = _newest(version for version in released if read_number(version.number).major == read_number(number).major)
    changes, owed = NOTHING, None
    if base is not None:
        comparison = compare(load_bundle(ctx, base), bundle)
        changes = changes_since(base.number, comparison)
        owed = comparison.bump.least_after(base.number)
    after_line = None if line is None else Bump.PATCH.least_after(line.number)
    is_behind = line is not None and precedence <= line.precedence
    return Demand(
        number=number,
        least=_larger(owed, after_line if is_behind else None),
        changes=changes,
        is_used=any(version.precedence == precedence for version in released),
        is_too_small=is_behind or (owed is not None and _core(number) < _core(owed)),
        asked_by=tuple(version.id for version in released),
    )


def number_finding(error: DomainError) -> Finding:
    """Return a refusal of a version as a finding about the number in the manifest."""
    title = Text(error.says(Language.JA), error.says(Language.EN))
    remedy = Text(error.advises(Language.JA), error.advises(Language.EN))
    return Finding(SEVERITY_ERROR, error.code, MANIFEST, "/version", title, remedy)


def _newest(versions: Iterable[TemplateVersion]) -> TemplateVersion | None:
    return max(versions, key=lambda version: version.precedence, default=None)


def _larger(one: str | None, other: str | None) -> str | None:
    return max((number for number in (one, other) if number), key=precedence_of, default=None)


def _core(number: str) -> Version:
    """Return a number without its pre-release: 2.0.0-beta.1 pays what 2.0.0 would."""
    return read_number(number).truncate()
