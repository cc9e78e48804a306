"""Which municipalities use which templates; this is public, as the pages of templates tell it too."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.installs.models import Installation
from marketplace.kernel.context import Context


def count_used_templates(ctx: Context) -> dict[str, int]:
    """Return how many templates each municipality has installed, without those that installed none."""
    code = Installation.municipality_code
    counted = select(code, func.count(Installation.template_id.distinct())).group_by(code)
    counts: dict[str, int] = dict(ctx.session.execute(counted).all())
    return counts


def list_used_templates(ctx: Context, municipality_code: str) -> list[str]:
    """Return the ids of the templates that a municipality has installed, the last installed first."""
    last = func.max(Installation.installed_at)
    chosen = select(Installation.template_id).where(Installation.municipality_code == municipality_code)
    rows = chosen.group_by(Installation.template_id).order_by(last.desc(), Installation.template_id)
    return list(ctx.session.scalars(rows))
