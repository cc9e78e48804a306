"""Loads what a mirror of another service holds, under the names of its publishers: for services in closed networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from marketplace.bundle.checking import check
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import SEVERITY_ERROR, Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.catalog.errors import VersionDiffersError
from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.precedence import precedence_of
from marketplace.catalog.queries import find_template, versions_of
from marketplace.catalog.services import add_version, mark_withdrawn
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.mirror.errors import IndexDamagedError
from marketplace.mirror.names import bundle_path
from marketplace.mirror.reading import is_offered
from marketplace.mirror.sources import Source, read_exact


@dataclass(slots=True)
class MirrorReport:
    """What loading did: versions by name, and why some were not loaded."""

    added: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[str, DomainError]] = field(default_factory=list)


def load_template(ctx: Context, source: Source, template: dict[str, Any], report: MirrorReport) -> None:
    """Release the versions that are not here yet, older ones first, and withdraw what was withdrawn there.

    What can't be loaded is reported, and the others load. The file of the template was checked against its signature.
    """
    publisher, slug = template["publisher"]["code"], template["slug"]
    ctx.actor.require(Permission.TEMPLATES_PUBLISH, publisher)
    found = find_template(ctx, publisher, slug)
    here = {} if found is None else {version.number: version for version in versions_of(ctx, found.id)}
    for told in sorted(template["versions"], key=lambda version: precedence_of(version["version"])):
        name = f"{publisher}/{slug}@{told['version']}"
        try:
            known = here.get(told["version"])
            if known is not None:
                _follow(ctx, known, told, name, report)
            elif is_offered(told):
                with ctx.session.begin_nested():
                    add_version(ctx, publisher, _read(source, slug, told))
                report.added.append(name)
        except DomainError as error:
            report.refused.append((name, error))


def _follow(ctx: Context, known: TemplateVersion, told: dict[str, Any], name: str, report: MirrorReport) -> None:
    if known.digest != told["sha256"]:
        raise VersionDiffersError(name=name)
    withdrawn = told["withdrawn"]
    if withdrawn is not None and mark_withdrawn(ctx, known, withdrawn["reason"], by_operator=withdrawn["by_operator"]):
        report.withdrawn.append(name)
    else:
        report.unchanged += 1


def _read(source: Source, slug: str, told: dict[str, Any]) -> Bundle:
    """Return the bundle of a version. Raises BundleRefusedError besides what reading raises."""
    path = bundle_path(told["sha256"])
    bundle = read_zip(read_exact(source, path, told["sha256"], told["size"]))
    findings = [finding for finding in check(bundle) if finding.severity == SEVERITY_ERROR]
    if findings:
        raise BundleRefusedError(findings)
    is_it = (bundle.manifest.slug, bundle.manifest.version) == (slug, told["version"])
    if not is_it or digest_of(write_zip(bundle)) != told["sha256"]:
        raise IndexDamagedError(path=path)
    return bundle
