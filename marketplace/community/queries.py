"""Finds reviews; anybody may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, tuple_

from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.places import read_place, write_place
from marketplace.catalog.queries import get_template_id
from marketplace.catalog.ratings import MAX_STARS
from marketplace.catalog.summaries import Publisher
from marketplace.community.models import Review
from marketplace.db.reading import ColumnsRow, read_rows
from marketplace.installs.models import Installation
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.municipalities.models import Municipality, is_verified

_review, _reviewer, _version = Review.__table__.c, Municipality.__table__.c, TemplateVersion.__table__.c
_OF_TEMPLATE = (
    select(
        *(_reviewer.code, _reviewer.name, _reviewer.prefecture, _reviewer.verified_at),
        *(_review.id, _review.stars, _review.text, _version.number),
        *(_review.created_at, _review.updated_at, _review.hidden_reason),
    )
    .join_from(Review.__table__, Municipality.__table__, _reviewer.code == _review.municipality_code)
    .join(TemplateVersion.__table__, _version.id == _review.version_id)
    .where(_review.template_id == bindparam("template_id"))
)
"""Made once, as the next: making it takes longer than the database needs to answer it."""
_SHOWN = (
    _OF_TEMPLATE.where(_review.hidden_at.is_(None))
    .order_by(_review.updated_at.desc(), _review.id.desc())
    .limit(bindparam("most"))
)
_OWN = _OF_TEMPLATE.where(_review.municipality_code == bindparam("code"))
_STARS = (
    select(_review.stars, func.count())
    .where(_review.template_id == bindparam("template_id"), _review.hidden_at.is_(None))
    .group_by(_review.stars)
)


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
    template_id = get_template_id(ctx, publisher, slug)
    chosen = _SHOWN if cursor is None else _SHOWN.where(tuple_(_review.updated_at, _review.id) < read_place(cursor))
    rows = read_rows(ctx.session, chosen, {"template_id": template_id, "most": size + 1}).all()
    views = [_view(row) for row in rows[:size]]
    next_cursor = write_place(views[-1].updated_at, views[-1].id) if len(rows) > size else None
    return ReviewList(Page(views, next_cursor), count_stars(ctx, template_id))


def find_own_review(ctx: Context, publisher: str, slug: str) -> ReviewView | None:
    """Return the review of the caller's municipality. Raises TemplateNotFoundError."""
    given = {"template_id": get_template_id(ctx, publisher, slug), "code": ctx.actor.municipality_code}
    row = read_rows(ctx.session, _OWN, given).first()
    return None if row is None else _view(row)


def count_stars(ctx: Context, template_id: str) -> dict[int, int]:
    """Return how many municipalities gave how many stars to a template, from five to one, hidden reviews apart."""
    given: dict[int, int] = dict(read_rows(ctx.session, _STARS, {"template_id": template_id}).all())
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


def _view(row: ColumnsRow) -> ReviewView:
    return ReviewView(
        id=row.id,
        municipality=Publisher(row.code, row.name, row.prefecture, is_verified(row.code, row.verified_at)),
        stars=row.stars,
        text=row.text,
        version=row.number,
        created_at=row.created_at,
        updated_at=row.updated_at,
        hidden_reason=row.hidden_reason,
    )
