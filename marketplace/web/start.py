"""The start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from marketplace.catalog import queries
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.season import SEASONS, list_seasonal
from marketplace.community.figures import Figures, count_everything
from marketplace.community.stories_listing import StoryFilter, StorySort, list_stories
from marketplace.community.wanted.models import WantedState
from marketplace.community.wanted.queries import WantedFilter, WantedSort, list_wanted
from marketplace.edge.context import context, language
from marketplace.edge.public_answers import public
from marketplace.kernel.text import Text
from marketplace.web.catalog_cards import template_card
from marketplace.web.dates import local_day, month_text
from marketplace.web.story_pages import story_card
from marketplace.web.wanted_page import wanted_card

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_start", __name__)
NEWEST = 3
SETS = 3
VOICES = 3
"""Stories, and wanted apps."""
WORDS = (
    Text("補助金", "subsidy"),
    Text("予防接種", "vaccination"),
    Text("オンライン申請", "online application"),
    Text("引継ぎ", "handover"),
)
FIGURES = (
    Text("テンプレート", "templates"),
    Text("公開・導入している団体", "municipalities take part"),
    Text("導入", "installs"),
)


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category and how many templates it holds."""

    id: str
    name: str
    count: int


@pages.get("/")
@public
def show() -> ResponseReturnValue:
    """Show the search, what fits the month, the categories, sets, what is new and wanted, and how it works."""
    ctx, spoken = context(), language()
    newest = queries.TemplateFilter(sort=queries.SortOrder.NEWEST, limit=NEWEST)
    found = queries.list_templates(ctx, newest)
    month = local_day(ctx.now()).month
    stories = list_stories(ctx, StoryFilter(sort=StorySort.NEWEST, limit=VOICES))
    wanted = list_wanted(ctx, WantedFilter(states=[WantedState.OPEN], sort=WantedSort.VOTES, limit=VOICES))
    counts = {value.value: value.count for value in found.facets["category"]}
    return render_template(
        "start/show.html",
        figures=_figures(count_everything(ctx)),
        month=month_text(month, spoken),
        about=SEASONS[month].about.in_language(spoken),
        seasonal=[template_card(item, spoken) for item in list_seasonal(ctx, month)],
        newest=[template_card(item, spoken) for item in found.page.items],
        categories=[
            CategoryCount(each.id, each.name.in_language(spoken), counts.get(each.id, 0))
            for each in CATEGORIES.values()
        ],
        sets=[template_card(item, spoken) for item in queries.list_sets(ctx, SETS)],
        words=[word.in_language(spoken) for word in WORDS],
        stories=[story_card(story, spoken) for story in stories.page.items],
        wanted=[wanted_card(item, spoken) for item in wanted.page.items],
    )


def _figures(counted: Figures) -> list[tuple[Text, int]]:
    """Return the figures by their names; what is none yet is not shown off."""
    named = zip(FIGURES, (counted.templates, counted.municipalities, counted.installs), strict=True)
    return [(name, count) for name, count in named if count]
