"""What the community says of a template: reviews, who uses it, and what the reader may add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.catalog.summaries import TemplateDetail
from marketplace.community import queries
from marketplace.community.queries import ReviewView
from marketplace.installs import queries as installs
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.forms import FormState, filled


@dataclass(frozen=True, slots=True)
class Bar:
    """How many municipalities gave a number of stars."""

    stars: int
    count: int


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review in the list."""

    municipality: str
    stars: int
    text: str
    number: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CommunityPage:
    """Everything the template page shows beside the template itself."""

    distribution: tuple[Bar, ...]
    reviews: tuple[ShownReview, ...]
    more: str | None
    users: tuple[str, ...]
    form: FormState | None
    """The reader's review to write or rewrite; None for those who may not."""
    has_own: bool
    may_withdraw: bool


def show_community(
    ctx: Context, detail: TemplateDetail, cursor: str | None, refused_form: FormState | None
) -> CommunityPage:
    """Read the reviews and users of a template."""
    code, slug = detail.publisher.code, detail.slug
    found = queries.list_reviews(ctx, code, slug, cursor)
    own = queries.find_own_review(ctx, code, slug) if ctx.actor.municipality_code else None
    more = (
        f"{template_address(code, slug)}?reviews={found.page.next_cursor}#reviews" if found.page.next_cursor else None
    )
    form = refused_form or (_form(own) if _may_review(ctx, detail) else None)
    return CommunityPage(
        distribution=tuple(Bar(stars, count) for stars, count in found.distribution.items()),
        reviews=tuple(_show(review) for review in found.page.items),
        more=more,
        users=tuple(_place(user) for user in installs.users_of_template(ctx, detail.id)),
        form=form,
        has_own=own is not None,
        may_withdraw=ctx.actor.may(Permission.TEMPLATES_PUBLISH, code),
    )


def _may_review(ctx: Context, detail: TemplateDetail) -> bool:
    """Tell whether the form is worth showing; the service decides again."""
    own_code = ctx.actor.municipality_code
    if own_code is None or own_code == detail.publisher.code:
        return False
    return ctx.actor.may(Permission.REVIEWS_WRITE, own_code) and installs.has_installation(ctx, own_code, detail.id)


def _form(own: ReviewView | None) -> FormState:
    return filled(stars=str(own.stars), text=own.text) if own else filled()


def _show(review: ReviewView) -> ShownReview:
    return ShownReview(
        publisher_name(review.municipality), review.stars, review.text, review.version, review.updated_at
    )


def _place(user: installs.UsingMunicipality) -> str:
    return user.name if user.name.startswith(user.prefecture) else f"{user.prefecture}{user.name}"
