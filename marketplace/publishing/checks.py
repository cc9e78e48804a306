"""Everything that is checked of an upload: the bundle itself, and its number among the versions released so far."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.checking import check
from marketplace.bundle.checks.changelog import check_changelog
from marketplace.bundle.model import Bundle, Finding
from marketplace.catalog.changes import NOTHING, VersionChanges
from marketplace.catalog.errors import VersionExistsError, VersionNumberUnusableError, VersionTooSmallError
from marketplace.catalog.numbering import Demand, number_finding
from marketplace.catalog.services import preview_demand
from marketplace.kernel.context import Context
from marketplace.publishing.scan.scanning import Scan, scan

NUMBER_CODES = frozenset({VersionExistsError.code, VersionTooSmallError.code})
"""Findings that a later look may judge otherwise: versions are released meanwhile."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of an upload came to."""

    findings: tuple[Finding, ...]
    scan: Scan
    changes: VersionChanges
    least_version: str | None
    demand: Demand | None
    """Of those versions; None if the number can't be one."""


def check_upload(ctx: Context, publisher_code: str, bundle: Bundle) -> Checked:
    """Return the findings of a bundle, what may be personal in it, and what its number owes to earlier versions."""
    findings, scanned = list(check(bundle)), scan(bundle)
    try:
        demand = preview_demand(ctx, publisher_code, bundle)
    except VersionNumberUnusableError as error:
        return Checked((*findings, number_finding(error)), scanned, NOTHING, None, None)
    if demand.changes.base is not None:
        findings += check_changelog(bundle)
    try:
        demand.require_met()
    except (VersionExistsError, VersionTooSmallError) as error:
        findings.append(number_finding(error))
    return Checked(tuple(findings), scanned, demand.changes, demand.least, demand)
