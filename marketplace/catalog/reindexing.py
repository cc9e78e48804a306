"""Makes what can be found anew, from the bundles: after the index was dropped, or when what is indexed has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import Bundle
from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.searchable import search_entry
from marketplace.catalog.traits import traits_of
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search
from marketplace.search.services import Kind

AT_ONCE = 20
"""Templates indexed in one transaction, during which nobody else releases one."""


def is_complete(ctx: Context) -> bool:
    """Tell whether as many templates can be found as are shown, by the analysis of today."""
    if not search.is_current(ctx):
        return False
    shown = select(func.count()).select_from(Template).where(Template.latest_version_id.is_not(None))
    return ctx.session.scalar(shown) == search.count_entries(ctx, Kind.TEMPLATE)


def reindex_templates(
    sessions: Sessions, ports: Ports, now: Callable[[], datetime], tell: Callable[[int, int], None]
) -> None:
    """Index the latest version of every template anew as far as it differs; `tell` hears how many of how many are done.

    In small transactions: what was written stays if this is interrupted, and others may release meanwhile.
    """

    def context(session: Session, after_commit: AfterCommit) -> Context:
        return Context(session, SYSTEM, now, after_commit, ports)

    with unit_of_work(sessions, writes=False) as work:
        shown = select(Template.id).where(Template.latest_version_id.is_not(None)).order_by(Template.id)
        ids = list(context(*work).session.scalars(shown))
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        with unit_of_work(sessions, writes=False) as work:
            bundles = latest_bundles(context(*work), batch)
        with unit_of_work(sessions) as work:
            index_bundles(context(*work), bundles)
        tell(start + len(batch), len(ids))


def latest_bundles(ctx: Context, template_ids: Sequence[str]) -> dict[str, Bundle]:
    """Return the latest bundle of each template by the id of its version."""
    latest = select(TemplateVersion).join(Template, TemplateVersion.id == Template.latest_version_id)
    versions = ctx.session.scalars(latest.where(Template.id.in_(template_ids)))
    return {version.id: load_bundle(ctx, version) for version in versions}


def index_bundles(ctx: Context, bundles: Mapping[str, Bundle]) -> int:
    """Index what is still the latest version, and return how many differed.

    Whoever released another one meanwhile has indexed it.
    """
    search.await_writers(ctx)
    chosen = select(Template, Municipality).join(Municipality, Municipality.code == Template.publisher_code)
    rows = ctx.session.execute(chosen.where(Template.latest_version_id.in_(bundles)).order_by(Template.id)).all()
    return search.index_changed(ctx, [_entry(template, publisher, bundles) for template, publisher in rows])


def _entry(template: Template, publisher: Municipality, bundles: Mapping[str, Bundle]) -> search.SearchEntry:
    bundle = bundles[str(template.latest_version_id)]
    return search_entry(template, bundle, publisher, traits_of(bundle))
