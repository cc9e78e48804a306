"""Sets and their members: which templates a version brings, and which sets bring a template."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from marketplace.bundle.model import Manifest
from marketplace.catalog.models import WITHOUT_DOCUMENTS, IncludedTemplate, Template, TemplateVersion
from marketplace.catalog.summaries import Member, SetOf, TemplateSummary, template_summary
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

MOST_SETS = 50
_Owner, _Member = aliased(Template), aliased(Template)
"""Made once: what SQLAlchemy works out about an alias took half the time of a template's answer."""


def keep_members(ctx: Context, version: TemplateVersion, manifest: Manifest) -> None:
    """Write down what a new version includes, to be asked for from both sides."""
    ctx.session.add_all(
        IncludedTemplate(
            version_id=version.id,
            position=position,
            slug=member.template,
            number=member.version,
            apps=list(member.app_keys),
        )
        for position, member in enumerate(manifest.includes)
    )


def members_of(ctx: Context, version_id: str) -> tuple[Member, ...]:
    """Return the templates that a version brings, in its order; members belong to the publisher of the set."""
    chosen = (
        select(IncludedTemplate, _Member)
        .join(TemplateVersion, TemplateVersion.id == IncludedTemplate.version_id)
        .join(_Owner, _Owner.id == TemplateVersion.template_id)
        .outerjoin(
            _Member,
            and_(
                _Member.publisher_code == _Owner.publisher_code,
                _Member.slug == IncludedTemplate.slug,
                _Member.latest_version_id.is_not(None),
            ),
        )
        .where(IncludedTemplate.version_id == version_id)
        .order_by(IncludedTemplate.position)
    )
    return tuple(
        Member(each.slug, each.number, tuple(each.apps), _name(template) if template else None)
        for each, template in ctx.session.execute(chosen)
    )


def sets_with(ctx: Context, template: Template) -> tuple[SetOf, ...]:
    """Return the sets of the same publisher whose latest version brings a template, the most used first."""
    chosen = (
        select(Template, TemplateVersion.number, IncludedTemplate.number)
        .join(TemplateVersion, TemplateVersion.id == Template.latest_version_id)
        .join(IncludedTemplate, IncludedTemplate.version_id == Template.latest_version_id)
        .where(Template.publisher_code == template.publisher_code, IncludedTemplate.slug == template.slug)
    )
    rows = ctx.session.execute(_most_used(chosen))
    return tuple(SetOf(each.slug, number, _name(each), included) for each, number, included in rows)


def list_sets(ctx: Context, limit: int) -> list[TemplateSummary]:
    """Return the sets of all publishers, the most used first, in one query."""
    chosen = (
        select(Template, Municipality, TemplateVersion)
        .join(Municipality, Municipality.code == Template.publisher_code)
        .join(TemplateVersion, TemplateVersion.id == Template.latest_version_id)
        .where(Template.is_set)
        .options(*WITHOUT_DOCUMENTS)
    )
    rows = ctx.session.execute(_most_used(chosen).limit(limit))
    return [template_summary(*row) for row in rows]


def _most_used(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return chosen.order_by(Template.install_count.desc(), Template.slug).limit(MOST_SETS)


def _name(template: Template) -> Text:
    return Text(template.name_ja, template.name_en)
