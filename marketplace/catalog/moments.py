"""When a publisher released what, newest first: what the pace of publishing is judged by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.catalog.models import Template, TemplateVersion
from marketplace.kernel.context import Context

MOST = 500


def moments_of_new_templates(ctx: Context, publisher_code: str) -> list[datetime]:
    """Return when the latest templates of a publisher came."""
    started = select(Template.created_at).where(Template.publisher_code == publisher_code)
    return list(ctx.session.scalars(started.order_by(Template.created_at.desc()).limit(MOST)))


def moments_of_updates(ctx: Context, publisher_code: str) -> list[datetime]:
    """Return when the latest further versions of its templates came."""
    later = (
        select(TemplateVersion.released_at)
        .join(Template, Template.id == TemplateVersion.template_id)
        .where(Template.publisher_code == publisher_code, TemplateVersion.released_at > Template.created_at)
    )
    return list(ctx.session.scalars(later.order_by(TemplateVersion.released_at.desc()).limit(MOST)))
