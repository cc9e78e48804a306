"""What the community says of a template: reviews, stories, who uses it, and what the reader may add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.catalog.summaries import Publisher, TemplateDetail
from marketplace.community import queries
from marketplace.community.policy import may_tell_stories
from marketplace.community.queries import ReviewView
from marketplace.community.stories_queries import newest_stories
from marketplace.installs import queries as installs
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.directory_list import municipality_address
from marketplace.web.forms import FormState, filled
from marketplace.web.story_pages import StoryCard, stories_address, story_card
from marketplace.web.users_map import UsersMap, map_users

SHOWN_STORIES = 3
UNDER_ONE = Text("1%未満", "under 1%")


@dataclass(frozen=True, slots=True)
class Bar:
    """How many municipalities gave a number of stars, and which part of all that is."""

    stars: int
    count: int
    share: str


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality that rated or uses the template."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review in the list."""

    id: str
    municipality: Place
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
    users: tuple[Place, ...]
    map: UsersMap | None
    """None when nobody uses it."""
    form: FormState | None
    """The reader's review to write or rewrite; None for those who may not."""
    has_own: bool
    hidden_reason: str | None
    """Why the operator hid the reader's review."""
    stories: tuple[StoryCard, ...]
    """The newest."""
    all_stories: str | None
    """The address of the list, when there are more."""
    may_tell: bool
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
    users = installs.users_of_template(ctx, detail.id)
    stories = newest_stories(ctx, detail.id, SHOWN_STORIES + 1)
    form = refused_form or (_form(own) if _may_review(ctx, detail) else None)
    return CommunityPage(
        distribution=_bars(found.distribution, ctx.language),
        reviews=tuple(_show(review) for review in found.page.items),
        more=more,
        users=tuple(_place(user) for user in users),
        map=map_users(users, ctx.language),
        form=form,
        has_own=own is not None,
        hidden_reason=own.hidden_reason if own else None,
        stories=tuple(story_card(story, ctx.language) for story in stories[:SHOWN_STORIES]),
        all_stories=stories_address(template=f"{code}/{slug}") if len(stories) > SHOWN_STORIES else None,
        may_tell=may_tell_stories(ctx.actor, ctx.actor.municipality_code),
        may_withdraw=ctx.actor.may(Permission.TEMPLATES_PUBLISH, code),
    )


def show_share(count: int, total: int, language: Language) -> str:
    """Return a part of all in percent; a few of very many are not called none."""
    percent = (200 * count + total) // (2 * total)
    return UNDER_ONE.in_language(language) if count and not percent else f"{percent}%"


def _bars(distribution: Mapping[int, int], language: Language) -> tuple[Bar, ...]:
    total = sum(distribution.values()) or 1
    return tuple(Bar(stars, count, show_share(count, total, language)) for stars, count in distribution.items())


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
        review.id, _place(review.municipality), review.stars, review.text, review.version, review.updated_at
    )


def _place(municipality: Publisher | installs.UsingMunicipality) -> Place:
    known = Publisher(municipality.code, municipality.name, municipality.prefecture)
    return Place(publisher_name(known), municipality_address(known.code))
