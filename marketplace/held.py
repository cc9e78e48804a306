"""What a process keeps in memory beside its program and its answers, each kind within a bound of its own.

docs/operations.md adds them up. What is not here is bounded by number and small: words and labels that the search has
folded, texts whose Markdown was read, who looked at a page within a minute, how often each account has called.
"""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.catalog import bundles
from marketplace.telemetry.measures import Held
from marketplace.web import drawn_bundle
from marketplace.web.app_pictures import page

HELD: Mapping[str, Held] = {
    "bundles": bundles.cache.kept,
    "pictures": page.pages.kept,
    "miniatures": page.miniatures.kept,
    "drawn": drawn_bundle.kept,
}
"""By the name that it has in the figures."""
