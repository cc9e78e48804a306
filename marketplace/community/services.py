"""Writing and removing reviews; the template's rating changes in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.audit.services import record
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import find_template
from marketplace.catalog.services import lock_template, set_rating
from marketplace.community.errors import ReviewNeedsInstallationError, ReviewVersionNotInstalledError
from marketplace.community.inputs import ReviewInput
from marketplace.community.models import Review
from marketplace.community.policy import require_reviewer
from marketplace.community.queries import count_stars, installed_versions
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError


def put_review(ctx: Context, publisher: str, slug: str, data: Mapping[str, Any]) -> Review:
    """Write or replace the review of the caller's municipality, about the version it installed last unless it says.

    Raises ReviewOwnTemplateError, TemplateNotFoundError, ReviewNeedsInstallationError, ReviewVersionNotInstalledError
    or ValidationError.
    """
    municipality_code = require_reviewer(ctx.actor, publisher)
    values = ReviewInput().load(data)
    template = _locked(ctx, publisher, slug)
    version = _reviewed_version(ctx, municipality_code, template, values["version"])
    review = _find(ctx, template, municipality_code)
    if review is None:
        review = Review(template_id=template.id, municipality_code=municipality_code, created_at=ctx.now())
        ctx.session.add(review)
    review.version_id = version.id
    review.stars = values["stars"]
    review.text = values["text"]
    review.written_by = ctx.actor.person_id
    review.updated_at = ctx.now()
    ctx.session.flush()  # the stars are counted in the database
    count_again(ctx, template)
    record(
        ctx, "review.written", f"review:{review.id}", template=template.id, stars=review.stars, number=version.number
    )
    return review


def delete_review(ctx: Context, publisher: str, slug: str) -> None:
    """Remove the review of the caller's municipality. Raises NotFoundError when there is none."""
    municipality_code = require_reviewer(ctx.actor, publisher)
    template = _locked(ctx, publisher, slug)
    review = _find(ctx, template, municipality_code)
    if review is None:
        raise NotFoundError
    ctx.session.delete(review)
    ctx.session.flush()  # the stars are counted in the database
    count_again(ctx, template)
    record(ctx, "review.deleted", f"review:{review.id}", template=template.id)


def count_again(ctx: Context, template: Template) -> None:
    """Bring the rating of a locked template up to date with its reviews."""
    given = count_stars(ctx, template.id)
    set_rating(ctx, template.id, sum(given.values()), sum(stars * count for stars, count in given.items()))


def recount_stars(ctx: Context, template_id: str) -> None:
    """Count the stars of a template anew, from its reviews."""
    count_again(ctx, lock_template(ctx, template_id))


def _locked(ctx: Context, publisher: str, slug: str) -> Template:
    """Return the template, locked: two reviews written at once would each miss the other when counting."""
    template = find_template(ctx, publisher, slug)
    if template is None:
        raise TemplateNotFoundError
    return lock_template(ctx, template.id)


def _reviewed_version(ctx: Context, municipality_code: str, template: Template, wanted: str | None) -> TemplateVersion:
    installed = installed_versions(ctx, municipality_code, template.id)
    if not installed:
        raise ReviewNeedsInstallationError
    if not wanted:
        return installed[0]
    for version in installed:
        if version.number == wanted:
            return version
    raise ReviewVersionNotInstalledError(installed=", ".join(version.number for version in installed))


def _find(ctx: Context, template: Template, municipality_code: str) -> Review | None:
    return ctx.session.scalar(
        select(Review).where(Review.template_id == template.id, Review.municipality_code == municipality_code)
    )
