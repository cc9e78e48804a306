"""Reads what is shown of templates from the columns: making an object of each row would take three times as long.

The statements are made once, for making one takes longer than the database needs to answer it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.changes import read_changes
from marketplace.catalog.errors import TemplateNotFoundError, VersionNotFoundError
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.ratings import Rating
from marketplace.catalog.sets import brings_any, is_brought, members_of, sets_with
from marketplace.catalog.summaries import (
    Publisher,
    StoredBundle,
    TemplateDetail,
    TemplateSummary,
    VersionDetail,
    VersionSummary,
)
from marketplace.catalog.visits.queries import Popularity, popularity_columns
from marketplace.db.reading import Columns, ColumnsRow, read_rows
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality, is_verified

_template, _version, _publisher = Template.__table__.c, TemplateVersion.__table__.c, Municipality.__table__.c
_OF_VERSION = [_version[name] for name in VersionSummary.__slots__]
_OF_TEMPLATE = (
    *(_template.id.label("template_id"), _template.slug, _template.category, _template.departments),
    *(_template.name_ja, _template.name_en, _template.summary_ja, _template.summary_en),
    *(_template.keywords, _template.license, _template.icon, _template.handles_personal_data, _template.app_count),
    *(_template.is_set, _template.needs_plugins, _template.has_script, _template.created_at, _template.updated_at),
    *(_template.install_count, _template.rating_count, _template.rating_sum),
    *(_publisher.code, _publisher.name, _publisher.prefecture, _publisher.verified_at),
)
_BY_NAME = (_template.publisher_code == bindparam("publisher"), _template.slug == bindparam("slug"))

SUMMARIES = (
    select(*_OF_VERSION, *_OF_TEMPLATE)
    .join_from(Template.__table__, Municipality.__table__, _publisher.code == _template.publisher_code)
    .join(TemplateVersion.__table__, _version.id == _template.latest_version_id)
)
"""All templates that can be installed, each with its latest version; for lists to choose among."""
_TEMPLATE = (
    select(_template.latest_version_id, is_brought(), *popularity_columns(), *_OF_TEMPLATE)
    .join_from(Template.__table__, Municipality.__table__, _publisher.code == _template.publisher_code)
    .where(*_BY_NAME)
)
_VERSIONS = (
    select(*_OF_VERSION).where(_version.template_id == bindparam("template_id")).order_by(_version.precedence.desc())
)
_VERSION = (
    select(*_OF_VERSION, _version.manifest, _version.changes, brings_any().label("is_set"))
    .join_from(TemplateVersion.__table__, Template.__table__, _template.id == _version.template_id)
    .where(*_BY_NAME, _version.number == bindparam("number"))
)
_BUNDLE = _VERSION.with_only_columns(*(_version[name] for name in StoredBundle.__slots__))
_NAMED = select(_template.id).where(*_BY_NAME)


def get_template(ctx: Context, publisher: str, slug: str) -> TemplateDetail:
    """Return what is known of a template. Raises TemplateNotFoundError."""
    row = _find(ctx, _TEMPLATE, publisher=publisher, slug=slug)
    if row is None:
        raise TemplateNotFoundError
    latest_id, is_in_sets, *popularity = row[:5]
    versions = read_versions(ctx, row.template_id)
    latest = next((version for version in versions if version.id == latest_id), None)
    # The template tells of its latest version only whether it is a set.
    includes = members_of(ctx, (latest or versions[0]).id) if row.is_set or latest is None else ()
    return TemplateDetail(
        **_shown(row),
        latest=latest,
        versions=versions,
        includes=includes,
        sets=sets_with(ctx, publisher, slug) if is_in_sets else (),
        popularity=Popularity.of_row(*popularity),
    )


def get_template_id(ctx: Context, publisher: str, slug: str) -> str:
    """Return the id of a template. Raises TemplateNotFoundError."""
    row = _find(ctx, _NAMED, publisher=publisher, slug=slug)
    if row is None:
        raise TemplateNotFoundError
    template_id: str = row.id
    return template_id


def read_versions(ctx: Context, template_id: str) -> tuple[VersionSummary, ...]:
    """Return all versions of a template, newest first."""
    found = read_rows(ctx.session, _VERSIONS, {"template_id": template_id}).all()
    return tuple(VersionSummary(*each) for each in found)


def read_version(ctx: Context, publisher: str, slug: str, number: str) -> VersionDetail:
    """Return what is told of a version, withdrawn or not. Raises TemplateNotFoundError or VersionNotFoundError."""
    row = _find_version(ctx, _VERSION, publisher, slug, number)
    return VersionDetail(
        **{name: getattr(row, name) for name in (*VersionSummary.__slots__, "manifest")},
        changes=read_changes(row.changes),
        includes=members_of(ctx, row.id) if row.is_set else (),
    )


def find_bundle(ctx: Context, publisher: str, slug: str, number: str) -> StoredBundle:
    """Return which file holds a version. Raises TemplateNotFoundError or VersionNotFoundError."""
    return StoredBundle(*_find_version(ctx, _BUNDLE, publisher, slug, number))


def summary_of(row: ColumnsRow) -> TemplateSummary:
    """Return what a row of `SUMMARIES` tells; columns that were added to it follow."""
    return TemplateSummary(**_shown(row), latest=VersionSummary(*row[: len(_OF_VERSION)]))


def _shown(row: ColumnsRow) -> dict[str, Any]:
    """Return what is shown of a template beside its versions."""
    return {
        "id": row.template_id,
        "publisher": Publisher(row.code, row.name, row.prefecture, is_verified(row.code, row.verified_at)),
        "slug": row.slug,
        "name": Text(row.name_ja, row.name_en),
        "summary": Text(row.summary_ja, row.summary_en),
        "category": CATEGORIES[row.category],
        "departments": tuple(row.departments),
        "keywords": tuple(row.keywords),
        "license": row.license,
        "icon": row.icon,
        "handles_personal_data": row.handles_personal_data,
        "app_count": row.app_count,
        "is_set": row.is_set,
        "needs_plugins": row.needs_plugins,
        "has_script": row.has_script,
        "install_count": row.install_count,
        "rating": Rating(row.rating_count, row.rating_sum),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _find_version(ctx: Context, statement: Columns, publisher: str, slug: str, number: str) -> ColumnsRow:
    row = _find(ctx, statement, publisher=publisher, slug=slug, number=number)
    if row is None:
        get_template_id(ctx, publisher, slug)
        raise VersionNotFoundError
    return row


def _find(ctx: Context, statement: Columns, **given: str) -> ColumnsRow | None:
    if not all(map(is_plain, given.values())):
        return None
    return read_rows(ctx.session, statement, given).one_or_none()
