from __future__ import annotations

from collections.abc import Callable

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.models import Template
from marketplace.catalog.queries import get_template
from marketplace.community import queries, services
from marketplace.community.errors import (
    ReviewNeedsInstallationError,
    ReviewOwnTemplateError,
    ReviewVersionNotInstalledError,
)
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from marketplace.kernel.pages import CursorInvalidError
from tests.catalog_domain.factories import ASAHIKAWA, OSAKA, SHIMOTSUMA, SLUG, make_actor, make_version
from tests.community.factories import make_installation, make_review
from tests.fakes import FixedClock

ContextOf = Callable[[Actor], Context]


@pytest.fixture
def user(ctx: Context, context_of: ContextOf) -> Context:
    """A municipality that installed the template."""
    make_installation(ctx, make_version(ctx))
    return context_of(make_actor(SHIMOTSUMA))


def test_a_review_is_shown_with_its_municipality_and_version(user: Context) -> None:
    make_review(user, 4, text=" 使いやすい\r\nです ")
    [review] = queries.list_reviews(user, ASAHIKAWA, SLUG).page.items
    assert (review.municipality.name, review.stars, review.version) == ("下妻市", 4, "1.0.0")
    assert review.text == "使いやすい\nです"


def test_a_second_review_replaces_the_first(user: Context, clock: FixedClock) -> None:
    first = make_review(user, 2)
    clock.advance(days=1)
    second = make_review(user, 5, text="直りました")
    assert first.id == second.id
    assert second.created_at < second.updated_at
    assert len(queries.list_reviews(user, ASAHIKAWA, SLUG).page.items) == 1


def test_the_rating_of_the_template_follows(user: Context, ctx: Context, context_of: ContextOf) -> None:
    make_review(user, 2)
    make_review(user, 5)
    version_id = ctx.session.scalars(select(Template.latest_version_id)).one()
    assert version_id is not None
    other = context_of(make_actor(OSAKA))
    make_installation(other, make_version(ctx, "1.0.1"), OSAKA)
    make_review(other, 3)
    rating = get_template(ctx, ASAHIKAWA, SLUG).rating
    assert (rating.count, rating.mean) == (2, 4.0)
    services.delete_review(user, ASAHIKAWA, SLUG)
    assert get_template(ctx, ASAHIKAWA, SLUG).rating.count == 1


def test_the_distribution_counts_every_star(user: Context) -> None:
    make_review(user, 4)
    assert queries.list_reviews(user, ASAHIKAWA, SLUG).distribution == {5: 0, 4: 1, 3: 0, 2: 0, 1: 0}


def test_only_a_municipality_that_installed_the_template_reviews_it(user: Context, context_of: ContextOf) -> None:
    with pytest.raises(ReviewNeedsInstallationError):
        make_review(context_of(make_actor(OSAKA)))


def test_the_publisher_does_not_review_its_own_template(user: Context, context_of: ContextOf) -> None:
    with pytest.raises(ReviewOwnTemplateError):
        make_review(context_of(make_actor(ASAHIKAWA)))


def test_a_review_is_about_the_version_installed_last(user: Context, ctx: Context, clock: FixedClock) -> None:
    clock.advance(days=1)
    newer = make_version(ctx, "1.0.1")
    make_installation(ctx, newer)
    assert make_review(user).version_id == newer.id


def test_a_review_may_name_another_installed_version(user: Context, ctx: Context, clock: FixedClock) -> None:
    clock.advance(days=1)
    make_installation(ctx, make_version(ctx, "1.0.1"))
    make_review(user, version="1.0.0")
    own = queries.find_own_review(user, ASAHIKAWA, SLUG)
    assert own is not None
    assert own.version == "1.0.0"


def test_a_review_can_not_name_a_version_that_is_not_installed(user: Context, ctx: Context) -> None:
    make_version(ctx, "1.0.1")
    with pytest.raises(ReviewVersionNotInstalledError):
        make_review(user, version="1.0.1")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stars": 0},
        {"stars": 6},
        {"stars": 4.5},
        {"stars": True},
        {"stars": None},
        {"stars": "五"},
        {"stars": "٣"},
        {"stars": "9" * 5000},
        {"stars": 10**400},
        {"stars": 3, "text": "あ" * 2001},
        {"stars": 3, "text": "a\x00"},
        {"stars": 3, "text": "\ud800"},
        {"stars": 3, "text": ["x"]},
        {"stars": 3, "version": "1" * 101},
        {"stars": 3, "unknown": 1},
    ],
)
def test_a_strange_review_is_refused(user: Context, data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        services.put_review(user, ASAHIKAWA, SLUG, data)
    assert queries.find_own_review(user, ASAHIKAWA, SLUG) is None


def test_a_form_may_send_the_stars_as_text(user: Context) -> None:
    assert services.put_review(user, ASAHIKAWA, SLUG, {"stars": "3"}).stars == 3


def test_without_the_permission_nothing_is_written(user: Context, context_of: ContextOf) -> None:
    with pytest.raises(ForbiddenError):
        make_review(context_of(make_actor(SHIMOTSUMA, Permission.WORKSPACES_READ)))
    with pytest.raises(UnauthenticatedError):
        make_review(context_of(ANONYMOUS))


def test_an_unknown_template_can_not_be_reviewed(user: Context) -> None:
    with pytest.raises(TemplateNotFoundError):
        services.put_review(user, ASAHIKAWA, "x", {"stars": 3})
    with pytest.raises(TemplateNotFoundError):
        queries.list_reviews(user, "\x00", SLUG)


def test_a_review_can_be_deleted_once(user: Context) -> None:
    make_review(user)
    services.delete_review(user, ASAHIKAWA, SLUG)
    assert queries.find_own_review(user, ASAHIKAWA, SLUG) is None
    with pytest.raises(NotFoundError):
        services.delete_review(user, ASAHIKAWA, SLUG)


def test_writing_and_deleting_are_audited(user: Context) -> None:
    make_review(user)
    services.delete_review(user, ASAHIKAWA, SLUG)
    assert set(user.session.scalars(select(AuditEvent.act))) >= {"review.written", "review.deleted"}


def test_a_stranger_reads_reviews_and_has_none(user: Context, context_of: ContextOf) -> None:
    make_review(user)
    stranger = context_of(ANONYMOUS)
    assert len(queries.list_reviews(stranger, ASAHIKAWA, SLUG).page.items) == 1
    assert queries.find_own_review(stranger, ASAHIKAWA, SLUG) is None


def test_reviews_are_read_newest_first_page_by_page(
    user: Context, ctx: Context, context_of: ContextOf, clock: FixedClock
) -> None:
    make_review(user)
    clock.advance(days=1)
    other = context_of(make_actor(OSAKA))
    make_installation(other, make_version(ctx, "1.0.1"), OSAKA)
    make_review(other)
    first = queries.list_reviews(user, ASAHIKAWA, SLUG, limit=1).page
    rest = queries.list_reviews(user, ASAHIKAWA, SLUG, limit=1, cursor=first.next_cursor).page
    assert [review.municipality.code for review in [*first.items, *rest.items]] == [OSAKA, SHIMOTSUMA]
    assert rest.next_cursor is None


def test_a_strange_cursor_is_refused(user: Context) -> None:
    with pytest.raises(CursorInvalidError):
        queries.list_reviews(user, ASAHIKAWA, SLUG, cursor="x")
