"""The list of templates as a page: what is shown, what could be chosen next, and the address of each choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.catalog.facets import YES_AND_NO
from marketplace.catalog.filters import Dimension, TemplateKind
from marketplace.catalog.queries import SortOrder, TemplateFilter, TemplateList
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import TemplateCard, template_card

FACETS: tuple[tuple[Dimension, Text], ...] = (
    (Dimension.CATEGORY, Text("分野", "Category")),
    (Dimension.DEPARTMENT, Text("担当課", "Department")),
    (Dimension.KIND, Text("種類", "Kind")),
    (Dimension.PERSONAL_DATA, Text("個人情報", "Personal data")),
    (Dimension.PROCESS, Text("プロセス管理", "Process")),
    (Dimension.LGWAN, Text("閉じたネットワーク", "Closed networks")),
    (Dimension.PLUGIN_FREE, Text("プラグイン", "Plug-ins")),
    (Dimension.SCRIPT_FREE, Text("JavaScript", "JavaScript")),
    (Dimension.APPS, Text("アプリの数", "Number of apps")),
    (Dimension.SIZE_CLASS, Text("公開団体の人口規模", "Size of the publisher")),
    (Dimension.PREFECTURE, Text("公開団体の都道府県", "Prefecture of the publisher")),
    (Dimension.PUBLISHER, Text("公開団体", "Publisher")),
    (Dimension.LICENSE, Text("ライセンス", "Licence")),
    (Dimension.SPOKEN, Text("説明の言語", "Language")),
)
SORTS: tuple[tuple[SortOrder, Text], ...] = (
    (SortOrder.RELEVANCE, Text("おすすめ順", "Best match")),
    (SortOrder.NEWEST, Text("新しい順", "Newest")),
    (SortOrder.INSTALLS, Text("導入の多い順", "Most installed")),
    (SortOrder.RATING, Text("評価の高い順", "Best rated")),
)
FILTERS = tuple(dimension.value for dimension in Dimension)
ANSWERS = {"true": True, "false": False}
LONGEST_QUERY = 200
SHOWN_OPTIONS = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; following its address makes it, or takes it back."""

    name: str
    address: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices along one dimension."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the list page shows."""

    q: str
    total: int
    cards: tuple[TemplateCard, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Option, ...]
    applied: tuple[Option, ...]
    kept: tuple[tuple[str, str], ...]
    """The filters that a new search keeps, as name and value."""
    did_you_mean: Option | None
    """The query that was probably meant."""
    first_address: str | None
    next_address: str | None


def read_filter(given: MultiDict[str, str]) -> TemplateFilter:
    """Return the filter that an address asks for; values that mean nothing are passed over."""
    state = _read_state(given)
    sort = state.get("sort")
    chosen: dict[str, Any] = {name: state[name] for name in FILTERS if name in state}
    for dimension in YES_AND_NO:
        chosen[dimension.value] = ANSWERS.get(state.get(dimension.value, ""))
    chosen["kind"] = TemplateKind(chosen["kind"]) if chosen.get("kind") in set(TemplateKind) else None
    return TemplateFilter(
        q=state.get("q", ""),
        sort=SortOrder(sort) if sort in set(SortOrder) else SortOrder.RELEVANCE,
        cursor=given.get("cursor") or None,
        **chosen,
    )


def _read_state(given: MultiDict[str, str]) -> dict[str, str]:
    """Return what the address says of the list; what can't be shown is left out."""
    cut = {name: given.get(name, "").strip()[:LONGEST_QUERY] for name in ("q", *FILTERS, "sort")}
    return {name: value for name, value in cut.items() if value and value.isprintable()}


def show_listing(found: TemplateList, given: MultiDict[str, str], language: Language) -> Listing:
    """Return the page of a list."""
    state = _read_state(given)
    facets = tuple(_facet(dimension.value, label, found, state, language) for dimension, label in FACETS)
    return Listing(
        q=state.get("q", ""),
        total=found.total,
        cards=tuple(
            template_card(item, language, found.words, found.snippets.get(item.id, ())) for item in found.page.items
        ),
        did_you_mean=_did_you_mean(found, state),
        facets=facets,
        sorts=_sorts(state, language),
        applied=tuple(option for facet in facets for option in facet.options if option.chosen),
        kept=tuple((name, value) for name, value in state.items() if name != "q"),
        first_address=_address(state) if given.get("cursor") else None,
        next_address=_address({**state, "cursor": found.page.next_cursor}) if found.page.next_cursor else None,
    )


def _did_you_mean(found: TemplateList, state: dict[str, str]) -> Option | None:
    meant = found.did_you_mean
    return Option(meant, _address({**state, "q": meant})) if meant else None


def _facet(name: str, label: Text, found: TemplateList, state: dict[str, str], language: Language) -> Facet:
    chosen = state.get(name)
    rest = {key: value for key, value in state.items() if key != name}
    values = found.facets.get(name, ())
    options = [
        Option(
            value.label.in_language(language),
            _address(rest if value.value == chosen else {**rest, name: value.value}),
            value.count,
            value.value == chosen,
        )
        for position, value in enumerate(values)
        if position < SHOWN_OPTIONS or value.value == chosen
    ]
    if not chosen and len(options) == 1 and options[0].count == found.total:
        return Facet(label.in_language(language), ())  # The one choice would leave everything.
    if chosen and not any(option.chosen for option in options):
        # A choice that leaves nothing must still be there to be taken back.
        options.append(Option(chosen, _address(rest), 0, chosen=True))
    return Facet(label.in_language(language), tuple(options))


def _sorts(state: dict[str, str], language: Language) -> tuple[Option, ...]:
    current = state.get("sort") if state.get("sort") in set(SortOrder) else SortOrder.RELEVANCE.value
    return tuple(
        Option(label.in_language(language), _address({**state, "sort": sort.value}), chosen=sort.value == current)
        for sort, label in SORTS
    )


def _address(state: dict[str, str]) -> str:
    return "/templates" + (f"?{urlencode(state)}" if state else "")
