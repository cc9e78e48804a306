"""A template's page as values: what it is, its apps, its versions, what others say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from marketplace.bundle.model import Bundle, PersonalData
from marketplace.catalog.summaries import Member, TemplateDetail, VersionSummary
from marketplace.kernel.text import Language
from marketplace.web.app_sheets import AppSheet, describe_apps
from marketplace.web.catalog_cards import icon_address, image_address, publisher_name, template_address
from marketplace.web.markdown import render_markdown

DOCUMENTS = {Language.JA: ("README.md",), Language.EN: ("README.en.md", "README.md")}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the table of versions."""

    number: str
    released_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None
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
    version: VersionSummary
    versions: tuple[VersionRow, ...]
    can_be_installed: bool
    download: str
    install_count: int
    rating: float | None
    rating_count: int
    personal_data: PersonalData
    readme: Markup
    members: tuple[MemberRow, ...]
    sets: tuple[SetRow, ...]
    apps: tuple[AppSheet, ...]


def show_template(detail: TemplateDetail, bundle: Bundle, language: Language) -> TemplatePage:
    """Return the page of a template; the bundle is that of the version shown."""
    code, shown, manifest = detail.publisher.code, detail.shown, bundle.manifest
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
        version=shown,
        versions=_version_rows(detail.versions),
        can_be_installed=any(not version.is_withdrawn for version in detail.versions),
        download=f"/api/v1/templates/{code}/{detail.slug}/versions/{shown.number}/bundle",
        install_count=detail.install_count,
        rating=detail.rating.mean,
        rating_count=detail.rating.count,
        personal_data=manifest.personal_data or PersonalData(handles=detail.handles_personal_data),
        readme=_readme(bundle, language, _image_finder(detail, bundle)),
        members=tuple(_member_row(member, bundle, code, language) for member in detail.includes),
        sets=tuple(
            SetRow(each.name.in_language(language), template_address(code, each.slug), each.member_number)
            for each in detail.sets
        ),
        apps=tuple(describe_apps(bundle)),
    )


def _member_row(member: Member, bundle: Bundle, publisher: str, language: Language) -> MemberRow:
    return MemberRow(
        name=member.name.in_language(language) if member.name else member.slug,
        address=template_address(publisher, member.slug) if member.name else None,
        number=member.number,
        apps=tuple(app.name for app in bundle.apps if app.key in member.apps),
    )


def _version_rows(versions: tuple[VersionSummary, ...]) -> tuple[VersionRow, ...]:
    """Return the versions, newest first, each with the one before it."""
    before = [version.number for version in versions[1:]]
    return tuple(
        VersionRow(version.number, version.released_at, version.withdrawn_at, version.withdrawal_reason, previous)
        for version, previous in zip(versions, [*before, None], strict=True)
    )


def _readme(bundle: Bundle, language: Language, find_image: Callable[[str], str | None]) -> Markup:
    for name in DOCUMENTS[language]:
        if name in bundle.documents:
            return render_markdown(_without_title(bundle.documents[name]), find_image)
    return Markup()


def _without_title(text: str) -> str:
    """Drop the title line: the page already has it as its heading."""
    first, _, rest = text.lstrip().partition("\n")
    return rest if first.startswith("# ") else text


def _image_finder(detail: TemplateDetail, bundle: Bundle) -> Callable[[str], str | None]:
    def find(path: str) -> str | None:
        path = path.removeprefix("./")
        if path not in bundle.images:
            return None
        return image_address(detail.publisher.code, detail.slug, detail.shown.number, path)

    return find
