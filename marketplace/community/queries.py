"""Finds reviews; anybody may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.places import read_place, write_place
from marketplace.catalog.queries import find_template
from marketplace.catalog.ratings import MAX_STARS
from marketplace.catalog.summaries import Publisher, publisher_of
from marketplace.community.models import Review
from marketplace.installs.models import Installation
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as people see it."""

    id: str
    municipality: Publisher
    stars: int
    text: str
    version: str
    created_at: datetime
    updated_at: datetime
    hidden_reason: str | None
    """Why the operator hid it, as only its municipality reads; None for one that is shown."""


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One page of reviews, and how many municipalities gave how many stars, on all pages."""

    page: Page[ReviewView]
    distribution: Mapping[int, int]
    """From five stars to one, those that nobody gave included."""


def list_reviews(
    ctx: Context, publisher: str, slug: str, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> ReviewList:
    """Return the reviews of a template, newest first, and how their stars are spread.

    Raises TemplateNotFoundError or CursorInvalidError.
    """
    size = max(1, min(limit, MAX_LIMIT))
    template = _template(ctx, publisher, slug)
    chosen = _views().where(Review.template_id == template.id, Review.hidden_at.is_(None))
    if cursor is not None:
        chosen = chosen.where(tuple_(Review.updated_at, Review.id) < read_place(cursor))
    rows = list(ctx.session.execute(chosen.order_by(Review.updated_at.desc(), Review.id.desc()).limit(size + 1)))
    views = [_view(*row) for row in rows[:size]]
    next_cursor = write_place(views[-1].updated_at, views[-1].id) if len(rows) > size else None
    return ReviewList(Page(views, next_cursor), count_stars(ctx, template.id))


def find_own_review(ctx: Context, publisher: str, slug: str) -> ReviewView | None:
    """Return the review of the caller's municipality. Raises TemplateNotFoundError."""
    template = _template(ctx, publisher, slug)
    row = ctx.session.execute(
        _views().where(Review.template_id == template.id, Review.municipality_code == ctx.actor.municipality_code)
    ).first()
    return None if row is None else _view(*row)


def count_stars(ctx: Context, template_id: str) -> dict[int, int]:
    """Return how many municipalities gave how many stars to a template, from five to one, hidden reviews apart."""
    counted = select(Review.stars, func.count()).where(Review.template_id == template_id, Review.hidden_at.is_(None))
    given: dict[int, int] = dict(ctx.session.execute(counted.group_by(Review.stars)).all())
    return {stars: given.get(stars, 0) for stars in range(MAX_STARS, 0, -1)}


def installed_versions(ctx: Context, municipality_code: str, template_id: str) -> list[TemplateVersion]:
    """Return the versions of a template that a municipality installed, the last installed first."""
    chosen = (
        select(TemplateVersion)
        .join(Installation, Installation.version_id == TemplateVersion.id)
        .where(Installation.municipality_code == municipality_code, Installation.template_id == template_id)
        .order_by(Installation.installed_at.desc(), Installation.id.desc())
    )
    return list(dict.fromkeys(ctx.session.scalars(chosen)))


def _template(ctx: Context, publisher: str, slug: str) -> Template:
    template = find_template(ctx, publisher, slug)
    if template is None:
        raise TemplateNotFoundError
    return template


def _views() -> Select[Any, Any, Any]:
    return (
        select(Review, Municipality, TemplateVersion.number)
        .join(Municipality, Municipality.code == Review.municipality_code)
        .join(TemplateVersion, TemplateVersion.id == Review.version_id)
    )


def _view(review: Review, municipality: Municipality, number: str) -> ReviewView:
    return ReviewView(
        id=review.id,
        municipality=publisher_of(municipality),
        stars=review.stars,
        text=review.text,
        version=number,
        created_at=review.created_at,
        updated_at=review.updated_at,
        hidden_reason=review.hidden_reason,
    )
