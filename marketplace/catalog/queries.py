"""Finds templates and versions; everything in the catalog may be read by anybody, withdrawn versions included."""

from __future__ import annotations

from semantic_version import NpmSpec, Version
from sqlalchemy import bindparam, select

from marketplace.bundle.comparing import Comparison, compare
from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.errors import (
    VersionNotFoundError,
    VersionRangeInvalidError,
    VersionWithdrawnError,
)
from marketplace.catalog.filters import SortOrder, TemplateFilter
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.listing import TemplateList, list_sets, list_templates, snippets_of
from marketplace.catalog.models import WITHOUT_DOCUMENTS, Template, TemplateVersion
from marketplace.catalog.precedence import MAX_NUMBER, read_number
from marketplace.catalog.reading import find_bundle, get_template, get_template_id, read_version, read_versions
from marketplace.catalog.sets import members_of
from marketplace.catalog.similar import Similar, list_similar
from marketplace.kernel.context import Context

__all__ = [
    "SortOrder",
    "TemplateFilter",
    "TemplateList",
    "compare_versions",
    "find_bundle",
    "find_template",
    "get_template",
    "get_template_id",
    "get_version",
    "list_sets",
    "list_similar",
    "list_templates",
    "list_versions",
    "load_bundle",
    "members_of",
    "read_version",
    "read_versions",
    "resolve_version",
    "similar_templates",
    "snippets_of",
    "versions_of",
]


_VERSION = (
    select(TemplateVersion)
    .join(Template, Template.id == TemplateVersion.template_id)
    .where(
        Template.publisher_code == bindparam("publisher"),
        Template.slug == bindparam("slug"),
        TemplateVersion.number == bindparam("number"),
    )
)
"""Made once, as the next: making it takes longer than the database needs to answer it."""
_TEMPLATE = select(Template).where(
    Template.publisher_code == bindparam("publisher"), Template.slug == bindparam("slug")
)


def find_template(ctx: Context, publisher: str, slug: str) -> Template | None:
    """Return the row of a template."""
    if not (is_plain(publisher) and is_plain(slug)):
        return None
    return ctx.session.scalar(_TEMPLATE, {"publisher": publisher, "slug": slug})


def similar_templates(ctx: Context, publisher: str, slug: str) -> list[Similar]:
    """Return the templates like one, the nearest first. Raises TemplateNotFoundError."""
    return list_similar(ctx, get_template_id(ctx, publisher, slug))


def list_versions(ctx: Context, publisher: str, slug: str) -> list[TemplateVersion]:
    """Return all versions of a template, newest first. Raises TemplateNotFoundError."""
    return versions_of(ctx, get_template_id(ctx, publisher, slug))


def versions_of(ctx: Context, template_id: str) -> list[TemplateVersion]:
    """Return all versions of a template by its id, newest first; their large documents are read when asked for."""
    chosen = select(TemplateVersion).where(TemplateVersion.template_id == template_id).options(*WITHOUT_DOCUMENTS)
    return list(ctx.session.scalars(chosen.order_by(TemplateVersion.precedence.desc())))


def get_version(ctx: Context, publisher: str, slug: str, number: str) -> TemplateVersion:
    """Return the row of one version, withdrawn or not. Raises TemplateNotFoundError or VersionNotFoundError."""
    given = {"publisher": publisher, "slug": slug, "number": number}
    version = ctx.session.scalar(_VERSION, given) if all(map(is_plain, given.values())) else None
    if version is None:
        get_template_id(ctx, publisher, slug)
        raise VersionNotFoundError
    return version


def resolve_version(ctx: Context, publisher: str, slug: str, wanted: str | None) -> TemplateVersion:
    """Return the version to install: an exact number, the newest in a range (as npm writes it), or the newest of all.

    Ranges and None pass over withdrawn versions; None passes over pre-releases, a range only takes those it names.
    Raises TemplateNotFoundError, VersionNotFoundError, VersionRangeInvalidError, or VersionWithdrawnError (exact).
    """
    wanted = (wanted or "").strip()
    if _is_number(wanted):
        return _installable(get_version(ctx, publisher, slug, wanted))
    standing = [version for version in list_versions(ctx, publisher, slug) if not version.is_withdrawn]
    if wanted:
        allowed = _read_range(wanted)
        standing = [version for version in standing if allowed.match(read_number(version.number))]
    else:
        standing = [version for version in standing if not version.is_prerelease]
    if not standing:
        raise VersionNotFoundError
    return standing[0]


def compare_versions(ctx: Context, publisher: str, slug: str, old: str, new: str) -> Comparison:
    """Return what changed from one version to another. Raises TemplateNotFoundError or VersionNotFoundError."""
    before = get_version(ctx, publisher, slug, old)
    after = get_version(ctx, publisher, slug, new)
    return compare(load_bundle(ctx, before), load_bundle(ctx, after))


def _is_number(wanted: str) -> bool:
    try:
        Version(wanted[:MAX_NUMBER])
    except ValueError:
        return False
    return len(wanted) <= MAX_NUMBER


def _installable(version: TemplateVersion) -> TemplateVersion:
    if version.is_withdrawn:
        raise VersionWithdrawnError(number=version.number, reason=version.withdrawal_reason)
    return version


def _read_range(wanted: str) -> NpmSpec:
    if len(wanted) > MAX_NUMBER:
        raise VersionRangeInvalidError
    try:
        return NpmSpec(wanted)
    except ValueError as error:
        raise VersionRangeInvalidError from error
