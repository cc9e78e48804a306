"""Sets and their members: which templates a version brings, and which sets bring a template."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, select

from marketplace.bundle.model import Manifest
from marketplace.catalog.models import IncludedTemplate, Template, TemplateVersion
from marketplace.catalog.summaries import Member, SetOf
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text

MOST_SETS = 50

_set, _version, _included = Template.__table__.c, TemplateVersion.__table__.c, IncludedTemplate.__table__.c
_Owner, _Member = Template.__table__.alias("owner"), Template.__table__.alias("member")
_MEMBERS = (
    select(_included.slug, _included.number, _included.apps, _Member.c.name_ja, _Member.c.name_en)
    .join_from(IncludedTemplate.__table__, TemplateVersion.__table__, _version.id == _included.version_id)
    .join(_Owner, _Owner.c.id == _version.template_id)
    .outerjoin(
        _Member,
        and_(
            _Member.c.publisher_code == _Owner.c.publisher_code,
            _Member.c.slug == _included.slug,
            _Member.c.latest_version_id.is_not(None),
        ),
    )
    .where(_included.version_id == bindparam("version_id"))
    .order_by(_included.position)
)
_SETS = (
    select(_set.slug, _version.number, _set.name_ja, _set.name_en, _included.number.label("member_number"))
    .join_from(Template.__table__, TemplateVersion.__table__, _version.id == _set.latest_version_id)
    .join(IncludedTemplate.__table__, _included.version_id == _set.latest_version_id)
    .where(_set.publisher_code == bindparam("publisher"), _included.slug == bindparam("slug"))
    .order_by(_set.install_count.desc(), _set.slug)
    .limit(MOST_SETS)
)


def keep_members(ctx: Context, version_id: str, manifest: Manifest) -> None:
    """Write down what a new version includes, to be asked for from both sides."""
    ctx.session.add_all(
        IncludedTemplate(
            version_id=version_id,
            position=position,
            slug=member.template,
            number=member.version,
            apps=list(member.app_keys),
        )
        for position, member in enumerate(manifest.includes)
    )


def renew_members(ctx: Context, version_id: str, manifest: Manifest) -> None:
    """Write down anew what a version includes."""
    ctx.session.execute(delete(IncludedTemplate).where(IncludedTemplate.version_id == version_id))
    keep_members(ctx, version_id, manifest)


def brings_any() -> ColumnElement[bool]:
    """Return the column of a query of versions that tells whether there are `members_of` one."""
    return exists().where(_included.version_id == _version.id)


def is_brought() -> ColumnElement[bool]:
    """Return the column of a query of templates that tells whether there may be `sets_with` one."""
    return exists().where(_included.slug == _set.slug)


def members_of(ctx: Context, version_id: str) -> tuple[Member, ...]:
    """Return the templates that a version brings, in its order; members belong to the publisher of the set."""
    return tuple(
        Member(slug, number, tuple(apps), None if name_ja is None else Text(name_ja, name_en))
        for slug, number, apps, name_ja, name_en in read_rows(ctx.session, _MEMBERS, {"version_id": version_id})
    )


def sets_with(ctx: Context, publisher: str, slug: str) -> tuple[SetOf, ...]:
    """Return the sets of a publisher whose latest version brings one of its templates, the most used first."""
    return tuple(
        SetOf(set_slug, number, Text(name_ja, name_en), member_number)
        for set_slug, number, name_ja, name_en, member_number in read_rows(
            ctx.session, _SETS, {"publisher": publisher, "slug": slug}
        )
    )
