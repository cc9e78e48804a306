"""Suggestions while somebody types: templates, categories and municipalities that fit what is there so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import Dimension
from marketplace.catalog.listing import summaries_of
from marketplace.catalog.merits import Viewpoint, weighing_of
from marketplace.catalog.publishers import count_published
from marketplace.catalog.summaries import TemplateSummary
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.search.columns import Columns
from marketplace.search.completing import complete
from marketplace.search.following import columns_of
from marketplace.search.ranking import Weighing, Whole
from marketplace.search.selections import Numbers, Selection, pack
from marketplace.search.services import Kind

LIMITS = {Kind.TEMPLATE: 5, Kind.CATEGORY: 2, Kind.MUNICIPALITY: 3}
PUBLISHES, LARGE = 2_000, 499
"""What having templates is worth, and the most that people living there are: together less than the 25 points of text
between a name that is typed out and one that only begins so."""
PER_POINT = 10_000
"""Inhabitants."""


@dataclass(frozen=True, slots=True)
class SuggestedCategory:
    """A category, and how many templates are in it."""

    id: str
    name: Text
    template_count: int


@dataclass(frozen=True, slots=True)
class SuggestedMunicipality:
    """A municipality, and how many templates it has published."""

    code: str
    name: str
    prefecture: str
    template_count: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What fits, the best first."""

    templates: Sequence[TemplateSummary]
    categories: Sequence[SuggestedCategory]
    municipalities: Sequence[SuggestedMunicipality]


def suggest(ctx: Context, typed: str) -> Suggestions:
    """Return what begins with, or else holds, what was typed; kana and romaji may end half-way. The same for everybody.

    At most four statements.
    """
    columns = columns_of(ctx)
    in_category, of_publisher = _count_categories(columns), count_published(columns)
    weighings = {
        Kind.TEMPLATE: weighing_of(Viewpoint(ctx.now())),
        Kind.CATEGORY: Weighing(lambda columns, numbers: _standing(columns, numbers, in_category)),
        Kind.MUNICIPALITY: Weighing(lambda columns, numbers: _standing(columns, numbers, of_publisher)),
    }
    found = complete(ctx, columns, typed, LIMITS, weighings)
    return Suggestions(
        summaries_of(ctx, found[Kind.TEMPLATE]),
        _categories(found[Kind.CATEGORY], in_category),
        _municipalities(ctx, found[Kind.MUNICIPALITY], of_publisher),
    )


def _count_categories(columns: Columns) -> dict[str, int]:
    templates = Selection(pack(columns.of_kind(Kind.TEMPLATE.value)), columns.size)
    return columns.dimension(Dimension.CATEGORY.value).counts(templates)


def _standing(columns: Columns, numbers: Numbers, counts: Mapping[str, int]) -> Mapping[str, Whole]:
    """Put those with templates before those without, and then the larger before the smaller."""
    publishes = [counts.get(columns.subjects[number], 0) > 0 for number in numbers]
    return {
        "publishes": np.array(publishes, dtype=np.int64) * PUBLISHES,
        "large": np.minimum(columns.figure("population", numbers) // PER_POINT, LARGE),
    }


def _categories(ids: Sequence[str], counts: Mapping[str, int]) -> list[SuggestedCategory]:
    known = [CATEGORIES[each] for each in ids if each in CATEGORIES]
    return [SuggestedCategory(each.id, each.name, counts.get(each.id, 0)) for each in known]


def _municipalities(ctx: Context, codes: Sequence[str], counts: Mapping[str, int]) -> list[SuggestedMunicipality]:
    if not codes:
        return []
    rows = {row.code: row for row in ctx.session.scalars(select(Municipality).where(Municipality.code.in_(codes)))}
    known = [rows[code] for code in codes if code in rows]
    return [SuggestedMunicipality(row.code, row.name, row.prefecture, counts.get(row.code, 0)) for row in known]
