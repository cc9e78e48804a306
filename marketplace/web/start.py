"""The start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from marketplace.catalog import queries
from marketplace.catalog.categories import CATEGORIES
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.web.catalog_cards import template_card

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_start", __name__)
NEWEST = 6
SETS = 6
WORDS = (
    Text("補助金", "subsidy"),
    Text("予防接種", "vaccination"),
    Text("オンライン申請", "online application"),
    Text("引継ぎ", "handover"),
)


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category and how many templates it holds."""

    id: str
    name: str
    count: int


@pages.get("/")
def show() -> ResponseReturnValue:
    """Show the search, the categories, the sets, the newest templates and how it works."""
    spoken = language()
    newest = queries.TemplateFilter(sort=queries.SortOrder.NEWEST, limit=NEWEST)
    found = queries.list_templates(context(), newest)
    counts = {value.value: value.count for value in found.facets["category"]}
    return render_template(
        "start/show.html",
        template_count=found.total,
        newest=[template_card(item, spoken) for item in found.page.items],
        categories=[
            CategoryCount(each.id, each.name.in_language(spoken), counts.get(each.id, 0))
            for each in CATEGORIES.values()
        ],
        sets=[template_card(item, spoken) for item in queries.list_sets(context(), SETS)],
        words=[word.in_language(spoken) for word in WORDS],
    )
