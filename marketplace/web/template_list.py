"""The list of templates as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.catalog.elsewhere import Elsewhere
from marketplace.catalog.facets import YES_AND_NO
from marketplace.catalog.filters import Dimension, TemplateKind
from marketplace.catalog.queries import SortOrder, TemplateFilter, TemplateList
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.prefectures import PREFECTURES
from marketplace.search.highlighting import Piece
from marketplace.web.catalog_cards import TemplateCard, template_card
from marketplace.web.listing import Facet, ListState, Option, applied, read_state, show_facet

PATH = "/templates"
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
ORDERS = {Dimension.PREFECTURE: PREFECTURES}
SORTS: tuple[tuple[SortOrder, Text], ...] = (
    (SortOrder.RELEVANCE, Text("おすすめ順", "Best match")),
    (SortOrder.NEWEST, Text("新しい順", "Newest")),
    (SortOrder.INSTALLS, Text("導入の多い順", "Most installed")),
    (SortOrder.RATING, Text("評価の高い順", "Best rated")),
)
FILTERS = tuple(dimension.value for dimension in Dimension)
ANSWERS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class TemplateListPage:
    """Everything the list page shows."""

    state: ListState
    total: int
    cards: tuple[TemplateCard, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Option, ...]
    applied: tuple[Option, ...]
    did_you_mean: Option | None
    """The query that was probably meant."""
    elsewhere: tuple[Option, ...]
    """What else the words were found in."""
    first_address: str | None
    next_address: str | None


def read_filter(given: MultiDict[str, str]) -> TemplateFilter:
    """Return the filter that an address asks for; values that mean nothing are passed over."""
    state = read_state(PATH, given, FILTERS)
    chosen: dict[str, Any] = dict(state.chosen)
    for dimension in YES_AND_NO:
        values = state.chosen.get(dimension.value, ())
        chosen[dimension.value] = tuple(ANSWERS[value] for value in values if value in ANSWERS)
    chosen["kind"] = tuple(TemplateKind(value) for value in state.chosen.get("kind", ()) if value in set(TemplateKind))
    return TemplateFilter(q=state.q, sort=_sort(state), cursor=given.get("cursor") or None, **chosen)


def show_template_list(
    found: TemplateList,
    snippets: Mapping[str, tuple[Piece, ...]],
    elsewhere: tuple[Elsewhere, ...],
    given: MultiDict[str, str],
    language: Language,
) -> TemplateListPage:
    """Return the page of a list."""
    state = read_state(PATH, given, FILTERS)
    facets = tuple(
        show_facet(
            dimension.value,
            label.in_language(language),
            found.facets.get(dimension.value, ()),
            state=state,
            total=found.total,
            language=language,
            order=ORDERS.get(dimension, ()),
        )
        for dimension, label in FACETS
    )
    return TemplateListPage(
        state=state,
        total=found.total,
        cards=tuple(template_card(item, language, found.words, snippets.get(item.id, ())) for item in found.page.items),
        did_you_mean=_did_you_mean(found, state),
        facets=facets,
        sorts=tuple(
            Option(label.in_language(language), state.address(sort=sort.value), chosen=sort is _sort(state))
            for sort, label in SORTS
        ),
        applied=applied(state, facets),
        elsewhere=tuple(
            Option(each.label.in_language(language), ListState(each.path, state.q, "", {}).address(), each.count)
            for each in elsewhere
        ),
        first_address=state.address() if given.get("cursor") else None,
        next_address=state.address(cursor=found.page.next_cursor) if found.page.next_cursor else None,
    )


def _sort(state: ListState) -> SortOrder:
    return SortOrder(state.sort) if state.sort in set(SortOrder) else SortOrder.RELEVANCE


def _did_you_mean(found: TemplateList, state: ListState) -> Option | None:
    meant = found.did_you_mean
    return Option(meant, state.address(q=meant)) if meant else None
