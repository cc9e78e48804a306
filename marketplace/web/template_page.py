"""A template's page as values: what it is, its apps, its versions, what others say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from marketplace.bundle.model import Bundle, PartName, PersonalData
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.similar import Similar
from marketplace.catalog.summaries import Member, TemplateDetail, VersionSummary
from marketplace.catalog.visits.queries import Popularity
from marketplace.kernel.text import Language
from marketplace.web.app_pictures.links import LinksPicture, picture_links
from marketplace.web.app_pictures.page import app_address, miniature_address
from marketplace.web.app_sheets import AppSheet, describe_apps
from marketplace.web.catalog_cards import icon_address, image_address, publisher_name, template_address
from marketplace.web.markdown import render_markdown

MOST_MINIATURES = 3
DOCUMENTS = {Language.JA: ("README.md",), Language.EN: ("README.en.md", "README.md")}


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
class PagePicture:
    """A picture of the screens, and what it shows in words."""

    address: str
    alt: str


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
class Miniature:
    """An app at a glance: its name, its page, and where its small picture is."""

    name: str
    address: str
    picture: str


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
    apps: tuple[AppSheet, ...]
    miniatures: tuple[Miniature, ...]
    """Of the apps that matter most, for the first look."""
    links: LinksPicture | None
    """How the apps hang together; None where they don't."""


def show_template(detail: TemplateDetail, bundle: Bundle, language: Language) -> TemplatePage:
    """Return the page of a template; the bundle is that of the version shown."""
    code, shown, manifest = detail.publisher.code, detail.shown, bundle.manifest
    asked = requirements_of(bundle)
    find_image = _image_finder(detail, bundle)
    return TemplatePage(
        address=template_address(code, detail.slug),
        name=manifest.name.in_language(language),
        summary=manifest.summary.in_language(language),
        icon=icon_address(detail, shown),
        category=detail.category.name.in_language(language),
        category_id=detail.category.id,
        departments=detail.departments,
        keywords=detail.keywords,
        license=detail.license,
        laws=manifest.laws,
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
        personal_data=manifest.personal_data or PersonalData(handles=detail.handles_personal_data),
        needs_plugins=bool(asked.plugins),
        has_script=asked.has_script,
        readme=_readme(bundle, language, find_image),
        pictures=pictures_of(bundle, language, find_image),
        members=tuple(_member_row(member, bundle, code, language) for member in detail.includes),
        sets=_set_rows(detail, language),
        apps=tuple(describe_apps(bundle)),
        miniatures=tuple(_miniatures(template_address(code, detail.slug), bundle, language)),
        links=picture_links(bundle, _names_of(detail.includes, language), language),
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


def _miniatures(address: str, bundle: Bundle, language: Language) -> Iterator[Miniature]:
    """Show the apps with a process first: the work goes on in them, others are what they look up."""
    by_weight = sorted(bundle.apps, key=lambda app: (app.part(PartName.PROCESS) is None, -len(app.fields)))
    for app in by_weight[:MOST_MINIATURES]:
        picture = miniature_address(address, bundle.manifest.version, app.key, language)
        yield Miniature(app.name, app_address(address, app.key), picture)


def _member_row(member: Member, bundle: Bundle, publisher: str, language: Language) -> MemberRow:
    return MemberRow(
        name=member.name.in_language(language) if member.name else member.slug,
        address=template_address(publisher, member.slug) if member.name else None,
        number=member.number,
        apps=tuple(app.name for app in bundle.apps if app.key in member.apps),
    )


def _set_rows(detail: TemplateDetail, language: Language) -> tuple[SetRow, ...]:
    code = detail.publisher.code
    return tuple(
        SetRow(each.name.in_language(language), template_address(code, each.slug), each.member_number)
        for each in detail.sets
    )


def _names_of(members: tuple[Member, ...], language: Language) -> dict[str, str]:
    """Return the names of the templates in a set by the keys of the apps that come from them."""
    return {key: each.name.in_language(language) if each.name else each.slug for each in members for key in each.apps}


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


def _readme(bundle: Bundle, language: Language, find_image: Callable[[str], str | None]) -> Markup:
    for name in DOCUMENTS[language]:
        if name in bundle.documents:
            return readme_of(bundle.documents[name], find_image)
    return Markup()


def pictures_of(bundle: Bundle, language: Language, find_image: Callable[[str], str | None]) -> tuple[PagePicture, ...]:
    """Return the pictures that the page shows, in the author's order."""
    found = ((find_image(picture.file), picture.alt.in_language(language)) for picture in bundle.manifest.pictures)
    return tuple(PagePicture(address, alt) for address, alt in found if address is not None)


def readme_of(text: str, find_image: Callable[[str], str | None]) -> Markup:
    """Return a README as the page shows it, without its title line: the page already has that as its heading."""
    first, _, rest = text.lstrip().partition("\n")
    return render_markdown(rest if first.startswith("# ") else text, find_image)


def _image_finder(detail: TemplateDetail, bundle: Bundle) -> Callable[[str], str | None]:
    def find(path: str) -> str | None:
        path = path.removeprefix("./")
        if path not in bundle.images:
            return None
        return image_address(detail.publisher.code, detail.slug, detail.shown.number, path)

    return find
