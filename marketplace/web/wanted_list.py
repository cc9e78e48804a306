"""The wanted list as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.facets import FacetValue
from marketplace.community.wanted.models import WantedState
from marketplace.community.wanted.queries import WantedFilter, WantedList, WantedSort
from marketplace.kernel.text import Language, Text
from marketplace.web.listing import Facet, ListState, Option, applied, read_state, show_facet
from marketplace.web.wanted_page import STATES, WantedCard, new_address, wanted_card

PATH = "/wanted"
FACETS: dict[str, tuple[Text, Mapping[str, Text]]] = {
    "state": (Text("状態", "State"), {state.value: name for state, name in STATES.items()}),
    "category": (Text("分野", "Category"), {each.id: each.name for each in CATEGORIES.values()}),
}
SORTS: dict[WantedSort, Text] = {
    WantedSort.RELEVANCE: Text("おすすめ順", "Best match"),
    WantedSort.VOTES: Text("欲しい団体の多い順", "Most wanted"),
    WantedSort.NEWEST: Text("新しい順", "Newest"),
}


@dataclass(frozen=True, slots=True)
class WantedListing:
    """Everything the list page shows."""

    state: ListState
    total: int
    cards: tuple[WantedCard, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Option, ...]
    applied: tuple[Option, ...]
    first_address: str | None
    next_address: str | None
    new_address: str


def read_wanted_filter(given: MultiDict[str, str]) -> WantedFilter:
    """Return the filter that an address asks for; values that mean nothing are passed over."""
    state = _read(given)
    return WantedFilter(
        q=state.q,
        states=[WantedState(value) for value in state.chosen.get("state", ())],
        categories=state.chosen.get("category", ()),
        sort=_sort(state),
        cursor=given.get("cursor") or None,
    )


def show_wanted_list(found: WantedList, given: MultiDict[str, str], language: Language) -> WantedListing:
    """Return the page of the list."""
    state = _read(given)
    facets = tuple(_facet(name, found, state, language) for name in FACETS)
    return WantedListing(
        state=state,
        total=found.total,
        cards=tuple(wanted_card(item, language, found.words) for item in found.page.items),
        facets=facets,
        sorts=tuple(
            Option(label.in_language(language), state.address(sort=sort.value), chosen=sort is _sort(state))
            for sort, label in SORTS.items()
        ),
        applied=applied(state, facets),
        first_address=state.address() if given.get("cursor") else None,
        next_address=state.address(cursor=found.page.next_cursor) if found.page.next_cursor else None,
        new_address=new_address(state.q),
    )


def _read(given: MultiDict[str, str]) -> ListState:
    state = read_state(PATH, given, tuple(FACETS))
    known = {name: tuple(value for value in state.chosen.get(name, ()) if value in FACETS[name][1]) for name in FACETS}
    return ListState(PATH, state.q, state.sort, {name: values for name, values in known.items() if values})


def _facet(name: str, found: WantedList, state: ListState, language: Language) -> Facet:
    label, names = FACETS[name]
    counted, chosen = found.counts.get(name, {}), state.chosen.get(name, ())
    values = [
        FacetValue(value, text, counted.get(value, 0))
        for value, text in names.items()
        if value in counted or value in chosen
    ]
    return show_facet(name, label.in_language(language), values, state=state, total=found.total, language=language)


def _sort(state: ListState) -> WantedSort:
    return WantedSort(state.sort) if state.sort in set(WantedSort) else WantedSort.RELEVANCE
