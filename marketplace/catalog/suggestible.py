"""The words by which categories and municipalities are found and suggested."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import func, select

from marketplace.catalog.categories import CATEGORIES, Category
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.search import services as search
from marketplace.search.following import columns_within
from marketplace.search.services import Kind, Place, SearchEntry

SUGGESTED = (Municipality.active, Municipality.type.not_in((MunicipalityType.OPERATOR, MunicipalityType.WARD)))
"""A designated city publishes for its wards. Invented municipalities are there only where the demonstration is."""
PREFECTURE, SIZE_CLASS = "prefecture", "size_class"
"""What municipalities are filtered by, as templates are by those of their publishers."""
ENDINGS = {"市": ("し",), "町": ("ちょう", "まち"), "村": ("むら", "そん"), "区": ("く",), "県": ("けん",)}
ENDINGS |= {"府": ("ふ",), "都": ("と",)}
"""What people leave off, and how it is read; 北海道 is never called 北海."""
_LONG = re.compile("(?<=[おこそとのほもよろごぞどぼぽょ])[うお]|(?<=[うくすつぬふむゆるぐずづぶぷゅ])う")


def index_categories(ctx: Context) -> int:
    """Bring the categories in the index up to date, and return how many changed."""
    return search.index_kind(ctx, Kind.CATEGORY, [_category_entry(each) for each in CATEGORIES.values()])


def index_municipalities(ctx: Context) -> int:
    """Bring the municipalities in the index up to date, and return how many changed."""
    rows = ctx.session.scalars(select(Municipality).where(*SUGGESTED).order_by(Municipality.code))
    return search.index_kind(ctx, Kind.MUNICIPALITY, [_municipality_entry(each) for each in rows])


def index_municipality(ctx: Context, municipality: Municipality) -> None:
    """Let one more municipality be suggested."""
    search.index_entry(ctx, _municipality_entry(municipality))


def has_all_municipalities(ctx: Context) -> bool:
    """Tell whether as many municipalities can be found, and told apart by prefecture, as there are."""
    there = ctx.session.scalar(select(func.count()).select_from(Municipality).where(*SUGGESTED))
    columns = columns_within(ctx)
    located = columns.of_kind(Kind.MUNICIPALITY.value)[columns.dimension(PREFECTURE).entries]
    return there == search.count_entries(ctx, Kind.MUNICIPALITY) == int(located.sum())


def _category_entry(category: Category) -> SearchEntry:
    texts = {Place.TITLE: [category.name.ja, category.name.en], Place.KEYWORD: list(category.departments)}
    return SearchEntry(Kind.CATEGORY, category.id, texts)


def _municipality_entry(municipality: Municipality) -> SearchEntry:
    names = dict.fromkeys(_with_short(municipality))
    readings = dict.fromkeys(_readings(municipality))
    texts = {Place.TITLE: [*names, municipality.full_name], Place.KEYWORD: list(readings)}
    size = [municipality.size_class] if municipality.size_class else []
    facets = {PREFECTURE: [municipality.prefecture], SIZE_CLASS: size}
    figures = {"population": municipality.population or 0}
    return SearchEntry(Kind.MUNICIPALITY, municipality.code, texts, facets, figures)


def _with_short(municipality: Municipality) -> Iterator[str]:
    yield municipality.name
    if municipality.name[-1:] in ENDINGS and len(municipality.name) > 1:
        yield municipality.name[:-1]


def _readings(municipality: Municipality) -> Iterator[str]:
    """Yield how a name is read; without long vowels too, as romaji leaves them out (kobe, osaka)."""
    yield municipality.kana
    yield _LONG.sub("", municipality.kana)
    for ending in ENDINGS.get(municipality.name[-1:], ()):
        if municipality.kana.endswith(ending) and municipality.kana != ending:
            yield municipality.kana.removesuffix(ending)
