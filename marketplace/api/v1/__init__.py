"""Version 1 of the JSON API: one module per domain, output schemas beside the endpoints."""

from __future__ import annotations

from marketplace.api.v1 import (  # noqa: F401 - importing adds their endpoints to the blueprint
    checks,
    documents,
    domains,
    draft_texts,
    drafts,
    exports,
    imports,
    journal,
    members,
    municipalities,
    offline,
    pulling,
    receipts,
    reviews,
    similar,
    stories,
    suggestions,
    templates,
    tokens,
    versions,
    wanted,
    workspaces,
)
from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.door import token_door
from marketplace.edge.app import MarketplaceApp


def mount_api(app: MarketplaceApp) -> None:
    """Mount every endpoint under /api/v1."""
    app.mount(bp, token_door)
