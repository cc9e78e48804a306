"""The list of stories as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.community.stories_listing import StoryFilter, StoryList, StorySort
from marketplace.kernel.text import Language, Text
from marketplace.search.highlighting import Piece
from marketplace.web.catalog_cards import publisher_name
from marketplace.web.listing import Facet, ListState, Option, applied, read_state, show_facet
from marketplace.web.story_pages import StoryCard, story_card

PATH = "/stories"
FACETS: Mapping[str, Text] = {
    "category": Text("テンプレートの分野", "Category of the template"),
    "prefecture": Text("書いた団体の都道府県", "Prefecture"),
    "size_class": Text("書いた団体の人口規模", "Size of the municipality"),
}
NARROWED = ("template", "municipality")
"""Chosen on other pages, one at a time."""
SORTS: tuple[tuple[StorySort, Text], ...] = (
    (StorySort.RELEVANCE, Text("言葉に合う順", "Best match")),
    (StorySort.NEWEST, Text("新しい順", "Newest")),
)


@dataclass(frozen=True, slots=True)
class StoryListing:
    """Everything the list page shows."""

    state: ListState
    total: int
    cards: tuple[StoryCard, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Option, ...]
    """Empty when nothing is searched for: there is one order then."""
    applied: tuple[Option, ...]
    did_you_mean: Option | None
    first_address: str | None
    next_address: str | None


def read_story_filter(given: MultiDict[str, str]) -> StoryFilter:
    """Return the filter that an address asks for; values that mean nothing are passed over."""
    state = _read(given)
    return StoryFilter(
        q=state.q,
        category=state.chosen.get("category", ()),
        prefecture=state.chosen.get("prefecture", ()),
        size_class=state.chosen.get("size_class", ()),
        template=next(iter(state.chosen.get("template", ())), None),
        municipality=next(iter(state.chosen.get("municipality", ())), None),
        sort=StorySort(state.sort) if state.sort in set(StorySort) else None,
        cursor=given.get("cursor") or None,
    )


def show_story_list(
    found: StoryList,
    snippets: Mapping[str, tuple[Piece, ...]],
    wanted: StoryFilter,
    given: MultiDict[str, str],
    language: Language,
) -> StoryListing:
    """Return the page of a list."""
    state = _read(given)
    facets = tuple(
        show_facet(
            name, label.in_language(language), found.facets[name], state=state, total=found.total, language=language
        )
        for name, label in FACETS.items()
    )
    return StoryListing(
        state=state,
        total=found.total,
        cards=tuple(story_card(story, language, found.words, snippets.get(story.id, ())) for story in found.page.items),
        facets=facets,
        sorts=_sorts(state, wanted, language) if state.q else (),
        applied=_applied(state, facets, found, language),
        did_you_mean=_did_you_mean(found, state),
        first_address=state.address() if given.get("cursor") else None,
        next_address=state.address(cursor=found.page.next_cursor) if found.page.next_cursor else None,
    )


def _read(given: MultiDict[str, str]) -> ListState:
    state = read_state(PATH, given, (*FACETS, *NARROWED))
    chosen = {name: values[:1] if name in NARROWED else values for name, values in state.chosen.items()}
    return ListState(PATH, state.q, state.sort, chosen)


def _sorts(state: ListState, wanted: StoryFilter, language: Language) -> tuple[Option, ...]:
    return tuple(
        Option(label.in_language(language), state.address(sort=sort.value), chosen=sort.value == wanted.order.value)
        for sort, label in SORTS
    )


def _applied(state: ListState, facets: tuple[Facet, ...], found: StoryList, language: Language) -> tuple[Option, ...]:
    """Return what is chosen; a template and a municipality by the names they have in what was found."""
    first = next(iter(found.page.items), None)
    if first is None:
        return applied(state, facets)
    narrowed = {
        "template": first.template.name.in_language(language),
        "municipality": publisher_name(first.municipality),
    }
    names = {
        state.without(name, state.chosen[name][0]).address(): narrowed[name]
        for name in NARROWED
        if name in state.chosen
    }
    return tuple(Option(names.get(option.address, option.name), option.address) for option in applied(state, facets))


def _did_you_mean(found: StoryList, state: ListState) -> Option | None:
    meant = found.did_you_mean
    return Option(meant, state.address(q=meant)) if meant else None
