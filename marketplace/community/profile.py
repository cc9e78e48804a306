"""One municipality as anybody may see it: what it publishes, what it uses, what it says of templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, tuple_

from marketplace.catalog.filters import SortOrder, TemplateFilter
from marketplace.catalog.listing import list_templates, summaries_of
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.places import read_place, write_place
from marketplace.catalog.summaries import TemplateSummary
from marketplace.community.models import Review
from marketplace.installs.usage import list_used_templates
from marketplace.kernel.context import Context
from marketplace.kernel.pages import Page
from marketplace.kernel.text import Text
from marketplace.municipalities.master import POPULATION_DATE
from marketplace.municipalities.models import Municipality
from marketplace.municipalities.queries import get_municipality

MOST_PUBLISHED, MOST_USED, REVIEWS = 20, 50, 10
"""What one page shows; the rest of what is published is in the list of templates."""


@dataclass(frozen=True, slots=True)
class GivenReview:
    """A review with the template it is about."""

    id: str
    publisher_code: str
    slug: str
    name: Text
    stars: int
    text: str
    version: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What a municipality shares."""

    municipality: Municipality
    templates: Sequence[TemplateSummary]
    """Those with a version that can be installed, the most installed first."""
    template_count: int
    uses: Sequence[TemplateSummary]
    """Those that can still be found, the last installed first."""
    use_count: int
    reviews: Page[GivenReview]
    """Newest first."""
    review_count: int

    @property
    def population_date(self) -> date | None:
        """The day of the population; an invented municipality has none."""
        counted = self.municipality.population is not None and not self.municipality.fictitious
        return POPULATION_DATE if counted else None


def get_profile(ctx: Context, code: str, cursor: str | None = None) -> Profile:
    """Return what anybody may know of a municipality, the cursor being that of its reviews.

    Raises MunicipalityNotFoundError or CursorInvalidError.
    """
    municipality = get_municipality(ctx, code)
    published = list_templates(ctx, TemplateFilter(publisher=(code,), sort=SortOrder.INSTALLS, limit=MOST_PUBLISHED))
    used = list_used_templates(ctx, code)
    own = (Review.municipality_code == code) & Review.hidden_at.is_(None)
    return Profile(
        municipality=municipality,
        templates=published.page.items,
        template_count=published.total,
        uses=summaries_of(ctx, used[:MOST_USED]) if used else [],
        use_count=len(used),
        reviews=_reviews(ctx, own, cursor),
        review_count=ctx.session.scalar(select(func.count()).select_from(Review).where(own)) or 0,
    )


def _reviews(ctx: Context, own: ColumnElement[bool], cursor: str | None) -> Page[GivenReview]:
    chosen = (
        select(Review, Template, TemplateVersion.number)
        .join(Template, Template.id == Review.template_id)
        .join(TemplateVersion, TemplateVersion.id == Review.version_id)
        .where(own)
    )
    if cursor is not None:
        chosen = chosen.where(tuple_(Review.updated_at, Review.id) < read_place(cursor))
    newest = chosen.order_by(Review.updated_at.desc(), Review.id.desc()).limit(REVIEWS + 1)
    found = [_review(*row) for row in ctx.session.execute(newest)]
    last = found[REVIEWS - 1] if len(found) > REVIEWS else None
    return Page(found[:REVIEWS], None if last is None else write_place(last.updated_at, last.id))


def _review(review: Review, template: Template, number: str) -> GivenReview:
    return GivenReview(
        id=review.id,
        publisher_code=template.publisher_code,
        slug=template.slug,
        name=Text(template.name_ja, template.name_en),
        stars=review.stars,
        text=review.text,
        version=number,
        updated_at=review.updated_at,
    )
