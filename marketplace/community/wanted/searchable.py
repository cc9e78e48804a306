"""The words by which a wanted app is found."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalog.categories import CATEGORIES
from marketplace.community.wanted.models import WantedApp
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search
from marketplace.search.services import Kind, Place, SearchEntry

VOTES, CREATED = "votes", "created"
"""Figures that lists are sorted by."""


def index_wanted(ctx: Context, wanted: WantedApp) -> None:
    """Bring what can be found in step with a wanted app, unless it is hidden; the caller has flushed it."""
    if wanted.is_hidden:
        search.remove_entry(ctx, wanted.id)
        return
    search.index_entry(ctx, _entry(wanted, ctx.session.get_one(Municipality, wanted.municipality_code)))


def index_all_wanted(ctx: Context) -> int:
    """Bring all wanted apps in the index up to date, and return how many changed."""
    chosen = select(WantedApp, Municipality).join(Municipality, Municipality.code == WantedApp.municipality_code)
    chosen = chosen.where(WantedApp.hidden_at.is_(None))
    rows = ctx.session.execute(chosen.order_by(WantedApp.created_at, WantedApp.id))
    return search.index_kind(ctx, Kind.WANTED, [_entry(wanted, municipality) for wanted, municipality in rows])


def _entry(wanted: WantedApp, municipality: Municipality) -> SearchEntry:
    category = CATEGORIES[wanted.category]
    department = [wanted.department] if wanted.department else []
    return SearchEntry(
        Kind.WANTED,
        wanted.id,
        {
            Place.TITLE: [wanted.title],
            Place.KEYWORD: [*department, category.name.ja, category.name.en],
            Place.BODY: [wanted.text, municipality.full_name],
        },
        {
            "category": [wanted.category],
            "state": [wanted.state.value],
            "prefecture": [municipality.prefecture],
            "size_class": [municipality.size_class] if municipality.size_class else [],
        },
        {VOTES: wanted.vote_count, CREATED: int(wanted.created_at.timestamp())},
    )
