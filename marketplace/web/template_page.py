"""A template's page as values: what it is, its apps, its versions, what others say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from marketplace.bundle.model import PersonalData
from marketplace.catalog.similar import Similar
from marketplace.catalog.summaries import Member, TemplateDetail, VersionSummary
from marketplace.catalog.visits.queries import Popularity
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language
from marketplace.web.catalog_cards import icon_address, publisher_name, template_address
from marketplace.web.drawn_bundle import DrawnBundle, Miniature, PagePicture, draw_bundle


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the table of versions."""

    number: str
    released_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None
    withdrawn_by_operator: bool
    previous: str | None
    """The version released before it, to compare with."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A template that the set brings, with the names of the apps that come from it."""

    name: str
    address: str | None
    """None when there is no such template to look at."""
    number: str
    apps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set that brings this template, and the version of it that the set holds."""

    name: str
    address: str
    number: str


@dataclass(frozen=True, slots=True)
class SimilarCard:
    """A similar template, and what it shares with this one."""

    name: str
    address: str
    icon: str | None
    category: str
    publisher: str
    fields: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Everything the page tells about the template itself."""

    address: str
    name: str
    summary: str
    icon: str | None
    category: str
    category_id: str
    departments: tuple[str, ...]
    keywords: tuple[str, ...]
    license: str
    laws: tuple[str, ...]
    publisher: str
    publisher_code: str
    is_publisher_verified: bool
    slug: str
    report: str
    """Kind and id, by which it is reported to the operator."""
    version: VersionSummary
    versions: tuple[VersionRow, ...]
    can_be_installed: bool
    download: str
    install_count: int
    popularity: Popularity
    rating: float | None
    rating_count: int
    personal_data: PersonalData
    needs_plugins: bool
    has_script: bool
    readme: Markup
    pictures: tuple[PagePicture, ...]
    members: tuple[MemberRow, ...]
    sets: tuple[SetRow, ...]
    app_count: int
    apps: Markup
    """Their fields, and how they hang together."""
    rights: Markup
    miniatures: tuple[Miniature, ...]
    """Of the apps that matter most, for the first look."""
    has_links: bool


def show_template(ctx: Context, detail: TemplateDetail, language: Language) -> TemplatePage:
    """Return the page of a template, with what the version shown holds."""
    code, shown = detail.publisher.code, detail.shown
    drawn = draw_bundle(ctx, detail, language)
    parts = drawn.parts()
    return TemplatePage(
        address=template_address(code, detail.slug),
        name=drawn.name,
        summary=drawn.summary,
        icon=icon_address(detail, shown),
        category=detail.category.name.in_language(language),
        category_id=detail.category.id,
        departments=detail.departments,
        keywords=detail.keywords,
        license=detail.license,
        laws=drawn.laws,
        publisher=publisher_name(detail.publisher),
        publisher_code=code,
        is_publisher_verified=detail.publisher.is_verified,
        slug=detail.slug,
        report=f"template/{detail.id}",
        version=shown,
        versions=_version_rows(detail.versions),
        can_be_installed=any(not version.is_withdrawn for version in detail.versions),
        download=f"/api/v1/templates/{code}/{detail.slug}/versions/{shown.number}/bundle",
        install_count=detail.install_count,
        popularity=detail.popularity,
        rating=detail.rating.mean,
        rating_count=detail.rating.count,
        personal_data=drawn.personal_data or PersonalData(handles=detail.handles_personal_data),
        needs_plugins=drawn.needs_plugins,
        has_script=drawn.has_script,
        readme=parts.readme,
        pictures=drawn.pictures,
        members=tuple(_member_row(member, drawn, code, language) for member in detail.includes),
        sets=_set_rows(detail, language),
        app_count=len(drawn.app_names),
        apps=parts.apps,
        rights=parts.rights,
        miniatures=drawn.miniatures,
        has_links=drawn.has_links,
    )


def similar_card(similar: Similar, language: Language) -> SimilarCard:
    """Return what the page of a template tells of one like it."""
    item = similar.template
    return SimilarCard(
        name=item.name.in_language(language),
        address=template_address(item.publisher.code, item.slug),
        icon=icon_address(item, item.latest) if item.latest else None,
        category=item.category.name.in_language(language),
        publisher=publisher_name(item.publisher),
        fields=similar.reason.fields,
        keywords=similar.reason.keywords,
    )


def _member_row(member: Member, drawn: DrawnBundle, publisher: str, language: Language) -> MemberRow:
    return MemberRow(
        name=member.name.in_language(language) if member.name else member.slug,
        address=template_address(publisher, member.slug) if member.name else None,
        number=member.number,
        apps=tuple(name for key, name in drawn.app_names if key in member.apps),
    )


def _set_rows(detail: TemplateDetail, language: Language) -> tuple[SetRow, ...]:
    code = detail.publisher.code
    return tuple(
        SetRow(each.name.in_language(language), template_address(code, each.slug), each.member_number)
        for each in detail.sets
    )


def _version_rows(versions: tuple[VersionSummary, ...]) -> tuple[VersionRow, ...]:
    """Return the versions, newest first, each with the one before it."""
    before = [version.number for version in versions[1:]]
    return tuple(
        VersionRow(
            version.number,
            version.released_at,
            version.withdrawn_at,
            version.withdrawal_reason,
            version.withdrawn_by_operator,
            previous,
        )
        for version, previous in zip(versions, [*before, None], strict=True)
    )
