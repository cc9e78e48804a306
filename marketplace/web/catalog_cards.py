"""Templates as lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.catalog.summaries import TemplateSummary, VersionSummary
from marketplace.edge.context import language as spoken_language
from marketplace.kernel.text import Language
from marketplace.municipalities.prefectures import prefecture_text
from marketplace.search.highlighting import Piece, mark
from marketplace.search.phrases import Word


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """One template in a list, in one language."""

    name: str
    summary: str
    address: str
    icon: str | None
    category: str
    app_count: int
    is_set: bool
    handles_personal_data: bool
    needs_plugins: bool
    has_script: bool
    publisher: str
    is_publisher_verified: bool
    number: str | None
    install_count: int
    rating: float | None
    rating_count: int
    marked_name: tuple[Piece, ...] = ()
    marked_summary: tuple[Piece, ...] = ()
    snippet: tuple[Piece, ...] = ()
    """Where inside it the words stand that its name and summary don't hold."""


def template_card(
    item: TemplateSummary, language: Language, words: Sequence[Word] = (), found_in: tuple[Piece, ...] = ()
) -> TemplateCard:
    """Return what a list shows of a template, with the words marked that were searched for."""
    name, summary = item.name.in_language(language), item.summary.in_language(language)
    return TemplateCard(
        name=name,
        summary=summary,
        address=template_address(item.publisher.code, item.slug),
        icon=icon_address(item, item.latest) if item.latest else None,
        category=item.category.name.in_language(language),
        app_count=item.app_count,
        is_set=item.is_set,
        handles_personal_data=item.handles_personal_data,
        needs_plugins=item.needs_plugins,
        has_script=item.has_script,
        publisher=publisher_name(item.publisher),
        is_publisher_verified=item.publisher.is_verified,
        number=item.latest.number if item.latest else None,
        install_count=item.install_count,
        rating=item.rating.mean,
        rating_count=item.rating.count,
        marked_name=mark(name, words),
        marked_summary=mark(summary, words),
        snippet=found_in,
    )


def template_address(publisher: str, slug: str) -> str:
    """Return the address of a template's page."""
    return f"/templates/{publisher}/{slug}"


def icon_address(item: TemplateSummary, version: VersionSummary) -> str | None:
    """Return the address of a template's icon; None when its author gave none."""
    return image_address(item.publisher.code, item.slug, version.number, item.icon) if item.icon else None


def image_address(publisher: str, slug: str, number: str, path: str) -> str:
    """Return the address of a picture of a bundle; a version never changes, so it may be kept for ever."""
    return f"{template_address(publisher, slug)}/versions/{number}/{path}"


class Placed(Protocol):
    """A municipality, as far as its name and its place go."""

    @property
    def name(self) -> str:
        """The name alone."""

    @property
    def prefecture(self) -> str:
        """The prefecture; empty for the operator."""


def publisher_name(publisher: Placed) -> str:
    """Return a municipality's name with its prefecture: 25 names occur more than once."""
    if spoken_language() is Language.EN and publisher.prefecture:
        place = prefecture_text(publisher.prefecture).en
        return place if publisher.name == publisher.prefecture else f"{publisher.name}, {place}"
    if publisher.name.startswith(publisher.prefecture):
        return publisher.name
    return f"{publisher.prefecture}{publisher.name}"
