"""Lists of stories: searched, filtered, counted, and read page by page, by the same index as templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.facets import SIZES, FacetValue, commonest_values, known_values
from marketplace.catalog.queries import find_template
from marketplace.community.stories_queries import StoryView, stories_by_id
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.kernel.text import Text
from marketplace.municipalities.prefectures import prefecture_text
from marketplace.search import services as search
from marketplace.search.finding import Question, find
from marketplace.search.highlighting import Piece, holds, snippet
from marketplace.search.paging import cursor_after, place_of
from marketplace.search.phrases import Word
from marketplace.search.ranking import Order
from marketplace.search.services import Kind, Place
from marketplace.search.spelling import did_you_mean

DIMENSIONS = ("category", "prefecture", "size_class")
NAMES: Mapping[str, Mapping[str, Text]] = {
    "category": {category.id: category.name for category in CATEGORIES.values()},
    "size_class": SIZES,
}
"""Dimensions whose values are known beforehand, in their order."""


class StorySort(StrEnum):
    """The orders of a list of stories."""

    RELEVANCE = Order.RELEVANCE.value
    NEWEST = Order.NEWEST.value


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """What a list of stories shall show; nothing given leaves a dimension open."""

    q: str = ""
    category: Sequence[str] = ()
    """Of the template."""
    prefecture: Sequence[str] = ()
    """Of the municipality that tells it, as its size class is."""
    size_class: Sequence[str] = ()
    template: str | None = None
    """As publisher/slug."""
    municipality: str | None = None
    """The code of the municipality that tells it."""
    sort: StorySort | None = None
    """None takes what suits: by relevance when something is searched for."""
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    @property
    def order(self) -> Order:
        """The order of the list; without words nothing is more relevant than anything else."""
        return Order.RELEVANCE if self.q.strip() and self.sort is not StorySort.NEWEST else Order.NEWEST


@dataclass(frozen=True, slots=True)
class StoryList:
    """One page of stories, what could be chosen next, and how many there are on all pages."""

    page: Page[StoryView]
    facets: Mapping[str, tuple[FacetValue, ...]]
    total: int
    words: tuple[Word, ...]
    did_you_mean: str | None


def list_stories(ctx: Context, wanted: StoryFilter) -> StoryList:
    """Return the stories that fit a filter; always the same small number of queries. Raises CursorInvalidError."""
    place = place_of(wanted.cursor, wanted.order, ctx.now())
    asked = Question(
        Kind.STORY,
        wanted.q,
        _chosen(ctx, wanted),
        wanted.order,
        max(1, min(wanted.limit, MAX_LIMIT)),
        place.after,
        weights=place.weights,
    )
    found = find(ctx, asked, DIMENSIONS)
    stories = stories_by_id(ctx, [entry.subject_id for entry in found.entries])
    return StoryList(
        Page(stories, cursor_after(found, wanted.order, place)),
        {name: _facet(name, found.counts[name], getattr(wanted, name)) for name in DIMENSIONS},
        found.total,
        tuple(match.word for match in found.words),
        did_you_mean(ctx, found.words),
    )


def _chosen(ctx: Context, wanted: StoryFilter) -> dict[str, tuple[str, ...]]:
    given = {name: tuple(getattr(wanted, name)) for name in DIMENSIONS}
    chosen = {name: values for name, values in given.items() if values}
    if wanted.municipality is not None:
        chosen["municipality"] = (wanted.municipality,)
    if wanted.template is not None:
        publisher, _, slug = wanted.template.partition("/")
        template = find_template(ctx, publisher, slug)
        chosen["template"] = () if template is None else (template.id,)
    return chosen


def _facet(name: str, counted: Mapping[str, int], chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    labels = NAMES.get(name)
    if labels is None:
        return commonest_values(counted, chosen, prefecture_text)
    return known_values(labels, counted, chosen)


def snippets_of(ctx: Context, listed: StoryList) -> dict[str, tuple[Piece, ...]]:
    """Return where in its paragraphs the words stand that the title of a story doesn't hold, by its id; one query."""
    words, stories = listed.words, listed.page.items
    if not (words and stories):
        return {}
    texts = search.texts_of(ctx, [story.id for story in stories])
    found: dict[str, tuple[Piece, ...]] = {}
    for story in stories:
        missing = [word for word in words if not holds(story.title, word)]
        pieces = snippet(texts.get(story.id, {}).get(Place.BODY.value, ()), missing)
        if pieces:
            found[story.id] = pieces
    return found
