"""Lists of templates: searched, filtered, sorted, counted, and read page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, and_, func, or_, select

from marketplace.catalog.facets import Facets, count_facets
from marketplace.catalog.filters import Chosen, SortOrder, TemplateFilter, narrowed
from marketplace.catalog.models import WITHOUT_DOCUMENTS, Template, TemplateVersion
from marketplace.catalog.places import read_id, read_moment
from marketplace.catalog.summaries import TemplateSummary, template_summary
from marketplace.kernel.context import Context
from marketplace.kernel.pages import MAX_LIMIT, CursorInvalidError, Page, read_cursor, write_cursor
from marketplace.municipalities.models import Municipality
from marketplace.search.queries import read

LARGEST_KEY = 2**53
"""Whole numbers in a cursor stay within what JSON and both databases hold exactly."""


@dataclass(frozen=True, slots=True)
class TemplateList:
    """One page of templates, what could be chosen next, and how many there are on all pages."""

    page: Page[TemplateSummary]
    facets: Facets
    total: int


def list_templates(ctx: Context, wanted: TemplateFilter) -> TemplateList:
    """Return the templates that fit a filter; always the same small number of queries. Raises CursorInvalidError."""
    reading = read(ctx, wanted.q) if wanted.q.strip() else None
    counted = reading.unranked() if reading else None
    return TemplateList(
        page=_read_page(ctx, wanted, reading.ranked() if reading else None),
        facets=count_facets(ctx, wanted, counted),
        total=ctx.session.scalar(narrowed(select(func.count()).select_from(Template), wanted, counted)) or 0,
    )


def _read_page(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> Page[TemplateSummary]:
    size = max(1, min(wanted.limit, MAX_LIMIT))
    rank = _rank(wanted.sort, found)
    chosen = select(Template, Municipality, TemplateVersion, rank.label("rank")).options(*WITHOUT_DOCUMENTS)
    chosen = chosen.join(Municipality, Municipality.code == Template.publisher_code)
    chosen = chosen.join(TemplateVersion, TemplateVersion.id == Template.latest_version_id)
    chosen = narrowed(chosen, wanted, found)
    chosen = _after_cursor(chosen, wanted, rank)
    rows = list(ctx.session.execute(chosen.order_by(rank.desc(), Template.id).limit(size + 1)))
    summaries = [template_summary(template, publisher, latest) for template, publisher, latest, _ in rows[:size]]
    if len(rows) <= size:
        return Page(summaries)
    last = rows[size - 1]
    key = last.rank.isoformat() if isinstance(last.rank, datetime) else int(last.rank)
    return Page(summaries, write_cursor((wanted.sort.value, key, last.Template.id)))


def _rank(sort: SortOrder, found: Subquery | None) -> Any:
    """Return what a list is sorted by, the highest first; equals are ordered by their ids."""
    match sort:
        case SortOrder.NEWEST:
            return Template.updated_at
        case SortOrder.INSTALLS:
            return Template.install_count
        case SortOrder.RATING:
            return Template.rating_score
        case SortOrder.RELEVANCE:
            return Template.popularity if found is None else found.c.score


def _after_cursor(chosen: Chosen, wanted: TemplateFilter, rank: Any) -> Chosen:
    if wanted.cursor is None:
        return chosen
    sort, key, last_id = read_cursor(wanted.cursor, 3)
    if sort != wanted.sort.value:
        raise CursorInvalidError
    place = read_moment(key) if wanted.sort is SortOrder.NEWEST else _read_whole(key)
    return chosen.where(or_(rank < place, and_(rank == place, Template.id > read_id(last_id))))


def _read_whole(key: object) -> int:
    if not isinstance(key, int) or abs(key) > LARGEST_KEY:
        raise CursorInvalidError
    return key
