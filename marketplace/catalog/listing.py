"""Lists of templates: searched, filtered, sorted, counted, and read page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam

from marketplace.catalog.facets import Facets, describe_facets
from marketplace.catalog.filters import Dimension, TemplateFilter
from marketplace.catalog.merits import Viewpoint, asks_for_set, weighing_of
from marketplace.catalog.models import Template
from marketplace.catalog.reading import SUMMARIES, summary_of
from marketplace.catalog.summaries import TemplateSummary
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.kernel.pages import MAX_LIMIT, Page
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search
from marketplace.search.finding import Explanation, Question, find
from marketplace.search.highlighting import Piece, holds, snippet
from marketplace.search.paging import cursor_after, place_of
from marketplace.search.phrases import Word
from marketplace.search.services import Kind, Place
from marketplace.search.spelling import did_you_mean

DIMENSIONS = tuple(dimension.value for dimension in Dimension)
_template = Template.__table__.c
_CHOSEN = SUMMARIES.where(_template.id.in_(bindparam("ids", expanding=True)))
_SETS = SUMMARIES.where(_template.is_set).order_by(_template.install_count.desc(), _template.slug)


@dataclass(frozen=True, slots=True)
class TemplateList:
    """One page of templates, what could be chosen next, and how many there are on all pages."""

    page: Page[TemplateSummary]
    facets: Facets
    total: int
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    """Why each template of the page stands where it does, by its id."""
    words: tuple[Word, ...] = ()
    """The query as it was understood."""
    did_you_mean: str | None = None


def list_templates(ctx: Context, wanted: TemplateFilter) -> TemplateList:
    """Return the templates that fit a filter; always the same small number of queries. Raises CursorInvalidError."""
    place = place_of(wanted.cursor, wanted.sort, ctx.now())
    wants_single = bool(wanted.q.strip()) and not asks_for_set(wanted.q)
    viewpoint = Viewpoint(place.first_asked, _size_class(ctx), wants_single)
    asked = Question(
        Kind.TEMPLATE,
        wanted.q,
        wanted.chosen,
        wanted.sort,
        max(1, min(wanted.limit, MAX_LIMIT)),
        place.after,
        weights=place.weights,
    )
    found = find(ctx, asked, DIMENSIONS, weighing_of(viewpoint))
    summaries = summaries_of(ctx, [entry.subject_id for entry in found.entries])
    return TemplateList(
        Page(summaries, cursor_after(found, wanted.sort, place)),
        describe_facets(ctx, found.counts, wanted.chosen),
        found.total,
        {entry.subject_id: entry.explanation for entry in found.entries},
        tuple(match.word for match in found.words),
        did_you_mean(ctx, found.words),
    )


def snippets_of(ctx: Context, listed: TemplateList) -> dict[str, tuple[Piece, ...]]:
    """Return where inside a template the words stand that its name and summary don't hold, by its id; one query."""
    words, items = listed.words, listed.page.items
    if not (words and items):
        return {}
    texts = search.texts_of(ctx, [item.id for item in items])
    found: dict[str, tuple[Piece, ...]] = {}
    for item in items:
        shown = f"{item.name.ja} {item.name.en} {item.summary.ja} {item.summary.en}"
        missing = [word for word in words if not holds(shown, word)]
        inside = [text for place in (Place.KEYWORD, Place.BODY) for text in texts[item.id].get(place.value, ())]
        pieces = snippet(inside, missing)
        if pieces:
            found[item.id] = pieces
    return found


def _size_class(ctx: Context) -> str | None:
    """Return the size class of the municipality the caller acts for."""
    code = ctx.actor.municipality_code
    return None if code is None else ctx.session.get_one(Municipality, code).size_class


def summaries_of(ctx: Context, ids: Sequence[str]) -> list[TemplateSummary]:
    """Return templates as lists show them, in the order of their ids; one query."""
    rows = read_rows(ctx.session, _CHOSEN, {"ids": ids}).all()
    by_id = {row.template_id: summary_of(row) for row in rows}
    return [by_id[subject] for subject in ids if subject in by_id]


def list_sets(ctx: Context, limit: int) -> list[TemplateSummary]:
    """Return the sets of all publishers, the most used first, in one query."""
    return [summary_of(row) for row in read_rows(ctx.session, _SETS.limit(limit))]
