"""Makes what can be found anew, from the bundles: after the index was dropped, or when what is indexed has changed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.searchable import search_entry
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search
from marketplace.search.services import Kind


def is_complete(ctx: Context) -> bool:
    """Tell whether as many templates can be found as are shown."""
    shown = select(func.count()).select_from(Template).where(Template.latest_version_id.is_not(None))
    return ctx.session.scalar(shown) == search.count_entries(ctx, Kind.TEMPLATE)


def reindex_templates(ctx: Context, tell: Callable[[int, int], None]) -> None:
    """Index the latest version of every template; `tell` hears how many of how many are done."""
    chosen = select(Template, TemplateVersion, Municipality)
    chosen = chosen.join(TemplateVersion, TemplateVersion.id == Template.latest_version_id)
    rows = list(ctx.session.execute(chosen.join(Municipality, Municipality.code == Template.publisher_code)))
    for done, (template, version, publisher) in enumerate(rows, start=1):
        search.index_entry(ctx, search_entry(template, load_bundle(ctx, version), publisher))
        tell(done, len(rows))
