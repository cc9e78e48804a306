"""Everything that is checked of an upload: the bundle itself, and its number among the versions released so far."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.checking import check
from marketplace.bundle.model import SEVERITY_ERROR, SEVERITY_WARNING, Bundle, Finding
from marketplace.catalog.changes import NOTHING, VersionChanges
from marketplace.catalog.errors import VersionExistsError, VersionNumberUnusableError, VersionTooSmallError
from marketplace.catalog.numbering import number_finding
from marketplace.catalog.services import preview_demand
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text

NUMBER_CODES = frozenset({VersionExistsError.code, VersionTooSmallError.code})
"""Findings that a later look may judge otherwise: versions are released meanwhile."""


CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of an upload came to."""

    findings: tuple[Finding, ...]
    changes: VersionChanges
    least_version: str | None


def check_upload(ctx: Context, publisher_code: str, bundle: Bundle) -> Checked:
    """Return the findings of a bundle, and what its number owes to the versions released so far."""
    findings = list(check(bundle))
    try:
        demand = preview_demand(ctx, publisher_code, bundle)
    except VersionNumberUnusableError as error:
        return Checked((*findings, number_finding(error)), NOTHING, None)
    if demand.changes.base is not None:
        findings += check_changelog(bundle)
    try:
        demand.require_met()
    except (VersionExistsError, VersionTooSmallError) as error:
        findings.append(number_finding(error))
    return Checked(tuple(findings), demand.changes, demand.least)


def check_changelog(bundle: Bundle) -> list[Finding]:
    """Return what is missing in the list of changes of a version that follows another."""
    text = bundle.documents.get(CHANGELOG, "")
    number = bundle.manifest.version
    if not text.strip():
        title = Text("CHANGELOG.mdがないか、空です。", "CHANGELOG.md is missing or empty.")
        remedy = Text(
            f"版 {number} で何がなぜ変わったかを書いたCHANGELOG.mdを加えてください。",
            f"Add a CHANGELOG.md that says what changed in version {number}, and why.",
        )
        return [Finding(SEVERITY_ERROR, "changelog-missing", CHANGELOG, "", title, remedy)]
    if number not in text:
        title = Text(f"CHANGELOG.mdに版 {number} の記載がありません。", f"CHANGELOG.md does not mention {number}.")
        remedy = Text(
            f"版 {number} の見出しを加え、何がなぜ変わったかを書いてください。",
            f"Add a heading for version {number} and say what changed, and why.",
        )
        return [Finding(SEVERITY_WARNING, "changelog-silent", CHANGELOG, "", title, remedy)]
    return []
