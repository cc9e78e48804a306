"""What the list of templates offers where a search found nothing, or little that fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.catalog.filters import TemplateFilter
from marketplace.catalog.queries import TemplateList
from marketplace.community.wanted.nearest import WORDS, Nearest, Without, find_nearest
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import TemplateCard, template_card
from marketplace.web.listing import LONGEST_QUERY, Option
from marketplace.web.template_list import FACETS
from marketplace.web.wanted_page import WantedCard, new_address, wanted_card

FEW, WEAK = 3, 40
"""Up to so many templates, none of which has so many points for each word (a keyword's), are hardly what was meant."""
NAMES: dict[str, Text] = {dimension.value: label for dimension, label in FACETS} | {WORDS: Text("言葉", "Words")}


@dataclass(frozen=True, slots=True)
class ShownNearest:
    """What is offered below the list."""

    without: tuple[Option, ...]
    """Each leaves out one condition, or where that is not enough all filters."""
    parts: tuple[Option, ...]
    templates: tuple[TemplateCard, ...]
    wanted: tuple[WantedCard, ...]
    new_address: str
    is_beside: bool
    """There is a short list above."""


def offer_nearest(
    ctx: Context, asked: TemplateFilter, found: TemplateList, given: MultiDict[str, str], language: Language
) -> ShownNearest | None:
    """Return what comes nearest; None when the list holds what was asked for."""
    if found.total and not _is_weak(asked, found):
        return None
    return _show(find_nearest(ctx, asked), found, given, language)


def _is_weak(asked: TemplateFilter, found: TemplateList) -> bool:
    if asked.cursor or not asked.q.strip() or found.total > FEW:
        return False
    return all(min(each.words.values(), default=0) < WEAK for each in found.explanations.values())


def _show(nearest: Nearest, found: TemplateList, given: MultiDict[str, str], language: Language) -> ShownNearest:
    there = {item.id for item in found.page.items}
    q = given.get("q", "").strip()[:LONGEST_QUERY]
    return ShownNearest(
        without=tuple(_without(each, given, language) for each in nearest.without if each.total > found.total),
        parts=tuple(Option(part.q, f"/templates?{urlencode({'q': part.q})}", part.total) for part in nearest.parts),
        templates=tuple(template_card(each, language) for each in nearest.templates if each.id not in there),
        wanted=tuple(wanted_card(each, language) for each in nearest.wanted),
        new_address=new_address(q if q.isprintable() else ""),
        is_beside=bool(found.total),
    )


def _without(each: Without, given: MultiDict[str, str], language: Language) -> Option:
    names = [NAMES[name].in_language(language) for name in each.conditions]
    separator = "、" if language is Language.JA else ", "
    return Option(separator.join(names), _address(given, {*each.conditions, "cursor"}), each.total)


def _address(given: MultiDict[str, str], left_out: Iterable[str]) -> str:
    kept = [(name, value) for name, value in given.items(multi=True) if name not in left_out and value]
    return "/templates" + (f"?{urlencode(kept)}" if kept else "")
